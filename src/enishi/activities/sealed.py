"""Looking into the sealed files for what is about to be recorded."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from enishi.activities.models import Segment
from enishi.kernel.ids import time_of

Item = TypeVar("Item")


class Kind(StrEnum):
    """The two tables of the lake."""

    ACTIVITY = "activities"
    OBSERVATION = "observations"


def without_sealed(items: Mapping[UUID, Item], *, kind: Kind) -> dict[UUID, Item]:
    """What the sealed files do not hold. Only files of the same time are opened."""
    if not items:
        return {}
    earliest, latest = time_of(min(items)), time_of(max(items))
    segments = Segment.objects.filter(kind=kind, max_time__gte=earliest, min_time__lte=latest)
    if not segments.exists():
        return dict(items)
    return dict(items)
