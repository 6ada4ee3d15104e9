"""Working out ahead what questions over a large log would otherwise join each time."""

from __future__ import annotations

from enishi.activities import lakehouse, manifest
from enishi.activities.models import Segment
from enishi.analytics import rollups, settled
from enishi.analytics.rollups import complete
from enishi.analytics.schema import Kind
from enishi.analytics.settled import Covered, Results

WORTHWHILE = 200_000
"""From how many sealed rows on a question notices the difference."""

_NEW_SHARE = 0.02
_NEW_ROWS = 20_000


def settle_when_due() -> bool:
    """Settle anew if the results do not hold, or leave much uncovered; tells whether it did."""
    covered = _all()
    if settled.rows_in(covered) < WORTHWHILE:
        return False
    if not _is_due(settled.read(lakehouse.root()), covered):
        return False
    return settle()


def settle() -> bool:
    """Settle all sealed files; False if there are none, or none with the sums this needs."""
    covered, root = _all(), lakehouse.root()
    ready = all(
        complete(root, rollup, [one.path for one in covered[kind]])
        for kind in Kind
        for rollup in rollups.of(kind)
    )
    if not ready or not covered[Kind.ACTIVITY]:
        return False
    settled.build(lakehouse.connection(), root, covered)
    with manifest.change():  # so that open lakes are opened anew
        pass
    return True


def _is_due(known: Results | None, covered: dict[Kind, list[Covered]]) -> bool:
    if known is None:
        return True
    paths = {one.path for found in covered.values() for one in found}
    if any(one.path not in paths for found in known.covered.values() for one in found):
        return True
    rows = settled.rows_in(known.covered)
    return settled.rows_in(covered) - rows > max(_NEW_ROWS, rows * _NEW_SHARE)


def _all() -> dict[Kind, list[Covered]]:
    found: dict[Kind, list[Covered]] = {kind: [] for kind in Kind}
    for row in Segment.objects.order_by("min_time", "path"):
        low, high = str(row.min_workspace), str(row.max_workspace)
        found[Kind(row.kind)].append(Covered(row.path, row.rows, low, high))
    return found
