"""Keeping the sealed files few, and free of people who asked to be forgotten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import timedelta

from enishi.activities import lakehouse, manifest
from enishi.activities.models import Segment, Tombstone
from enishi.analytics import rollups, segments, settled
from enishi.analytics.schema import Kind
from enishi.analytics.segments import Erased, SegmentFile
from enishi.kernel import clock

SMALL = 2_000_000
MANY = 4
GRACE = timedelta(hours=2)
"""How long files that do not count are left: somebody may be reading or still writing them."""

_ATTEMPTS = 10


def compact() -> int:
    """Apply erasures, merge small files, sweep up; returns the number of files rewritten."""
    rewritten = apply_erasures()
    for files in _mergeable(MANY):
        rewritten += _replace(files)
    sweep()
    return rewritten


def compact_fully() -> int:
    """Make one file of every month that has several."""
    return apply_erasures() + sum(_replace(files) for files in _mergeable(2, below=None))


def apply_erasures() -> int:
    """Rewrite the files that hold erased people, then forget who they were.

    A person is forgotten only when no file of the manifest's present version holds them.
    """
    rewritten = 0
    for _ in range(_ATTEMPTS):
        version = manifest.version()
        pending = list(Tombstone.objects.filter(applied_at=None).order_by("id"))
        if not pending:
            break
        touched = [file for kind in Kind for file in _holding(kind, pending)]
        if touched:
            settled.forget(lakehouse.root())
            relevant = [Erased(one.workspace_id, one.actor_key) for one in pending]
            rewritten += sum(_replace([file], erased=relevant, at_once=True) for file in touched)
        else:
            _settle(pending, version)
    return rewritten


def _holding(kind: Kind, pending: list[Tombstone]) -> list[SegmentFile]:
    """The files of which something must go."""
    writer = lakehouse.writer()
    touched: dict[str, SegmentFile] = {}
    for one in pending:
        if kind is Kind.ACTIVITY or not one.digest:
            rows = manifest.segments(kind, workspaces=[one.workspace_id])
            files = [manifest.file_of(row) for row in rows]
            found = writer.holding(files, Erased(one.workspace_id, one.actor_key))
            touched.update((file.path, file) for file in found)
    return list(touched.values())


def _settle(pending: list[Tombstone], version: int) -> None:
    """A workspace's tombstone goes, a person's keeps only the digest."""
    people = [one.pk for one in pending if one.digest]
    workspaces = [one.pk for one in pending if not one.digest]
    with suppress(manifest.StaleError), manifest.change(version):
        Tombstone.objects.filter(pk__in=people).update(actor_key="", applied_at=clock.now())
        Tombstone.objects.filter(pk__in=workspaces).delete()


def _mergeable(many: int, *, below: int | None = SMALL) -> Iterable[list[SegmentFile]]:
    groups: dict[tuple[str, str], list[SegmentFile]] = defaultdict(list)
    rows = Segment.objects.all() if below is None else Segment.objects.filter(rows__lt=below)
    for row in rows.order_by("min_time"):
        groups[row.kind, row.month].append(manifest.file_of(row))
    return [files for files in groups.values() if len(files) >= many]


def _replace(
    files: list[SegmentFile], *, erased: Collection[Erased] = (), at_once: bool = False
) -> int:
    """Write files as one and swap them in the manifest; the old ones go at once or later."""
    old = [file.path for file in files]
    written = lakehouse.writer().rewrite(files, erased=[*erased, *manifest.erased()])
    try:
        with manifest.change():
            manifest.remove(old)
            manifest.add([written] if written else [])
    except manifest.StaleError:
        segments.remove_files(lakehouse.root(), [written.path] if written else [])
        return 0
    if at_once:
        segments.remove_files(lakehouse.root(), old)
    else:
        manifest.retire([*old, *(path for name in old for path in rollups.paths_for(name))])
    return len(old)


def sweep() -> int:
    """Remove files that do not count and that nobody has touched for a while."""
    before = (clock.now() - GRACE).timestamp()
    known = set(Segment.objects.values_list("path", flat=True))
    results = settled.read(lakehouse.root())
    kept = results.paths() if results else set()
    lost = list(segments.orphans(lakehouse.root(), known, kept=kept, older_than=before))
    for path in lost:
        path.unlink(missing_ok=True)
    return len(lost)


def rebuild_rollups() -> int:
    """Make the sums beside every segment anew; returns how many segments there are."""
    writer, count = lakehouse.writer(), 0
    settled.forget(writer.root)
    for path in list(Segment.objects.values_list("path", flat=True)):
        if (writer.root / path).exists():
            rollups.build(writer.connection, writer.root, path, writer.zones)
            count += 1
    with manifest.change():
        pass
    return count


def rollups_are_stale() -> bool:
    """Whether some are missing, or a workspace's days were cut in another zone than it has now."""
    root, paths = lakehouse.root(), list(Segment.objects.values_list("path", flat=True))
    if not all((root / partner).exists() for path in paths for partner in rollups.paths_for(path)):
        return True
    acts = list(Segment.objects.filter(kind=Kind.ACTIVITY).values_list("path", flat=True))
    if not acts:
        return False
    now = lakehouse.zones()
    found = rollups.zones_used(lakehouse.connection(), root, acts)
    return any(now[workspace] != zone for workspace, zone in found if workspace in now)
