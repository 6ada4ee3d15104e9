"""Background work on the log: sealing, compaction, sums."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from enishi.activities import compactor, sealer, settler
from enishi.jobs.registry import periodic


@periodic("activities.seal", every=timedelta(minutes=1))
def seal(_payload: dict[str, Any]) -> None:
    """Seal hot rows when they are many or old."""
    sealer.seal_when_due()


@periodic("activities.compact", every=timedelta(minutes=15))
def compact(_payload: dict[str, Any]) -> None:
    """Apply erasures, merge small files, remove what does not count."""
    compactor.compact()


@periodic("activities.settle", every=timedelta(minutes=10))
def settle(_payload: dict[str, Any]) -> None:
    """Work out anew what posts and messages of a large log come to."""
    settler.settle_when_due()


@periodic("activities.rollups", every=timedelta(hours=24))
def rebuild_stale_rollups(_payload: dict[str, Any]) -> None:
    """Make sums anew that are missing or were cut in a zone that a workspace no longer has."""
    if compactor.rollups_are_stale():
        compactor.rebuild_rollups()
