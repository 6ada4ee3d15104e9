"""Which files count. Every change locks one row, and is refused when it worked on old news.

    version = manifest.version()      1. remember the version
    …write files…                     2. take all the time it needs
    with manifest.change(version):    3. lock, compare, change rows, count on

A file that was written for a change that did not happen is an orphan.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, DateTimeField, F, QuerySet, UUIDField, Value

from enishi.activities import lakehouse
from enishi.activities.models import LakeState, Segment, Tombstone
from enishi.analytics.schema import Kind
from enishi.analytics.segments import Erased, SegmentFile
from enishi.jobs.quickrows import Given, Prepared
from enishi.kernel import clock

_COPIED = (
    "path",
    "kind",
    "month",
    "rows",
    "bytes",
    "min_time",
    "max_time",
    "min_workspace",
    "max_workspace",
    "sha256",
)


class StaleError(Exception):
    """The manifest changed meanwhile: start again from the new one."""


def version() -> int:
    """How often the manifest, or who is erased from it, has changed."""
    found = LakeState.objects.filter(pk=1).values_list("version", flat=True).first()
    return found or 0


def versions() -> QuerySet[LakeState, Any]:
    """The same as a row (kind, count, at) to be read together with others."""
    rows = LakeState.objects.filter(pk=1).order_by()
    return rows.annotate(
        kind=Value("V"), count=F("version"), at=Value(None, output_field=DateTimeField())
    ).values("kind", "count", "at")


@contextmanager
def change(expected: int | None = None) -> Iterator[None]:
    """A transaction that changes the manifest. Raises StaleError unless it is as `expected`."""
    with transaction.atomic():
        LakeState.objects.get_or_create(pk=1)
        state = LakeState.objects.select_for_update().get(pk=1)
        if expected is not None and state.version != expected:
            raise StaleError
        yield
        LakeState.objects.filter(pk=1).update(version=F("version") + 1)


def add(files: Iterable[SegmentFile]) -> None:
    """Let files count. Inside `change`."""
    at = clock.now()
    Segment.objects.bulk_create(
        Segment(**{name: getattr(file, name) for name in _COPIED}, sealed_at=at) for file in files
    )


def remove(paths: Collection[str]) -> None:
    """Let files no longer count. Inside `change`; StaleError if one already does not."""
    deleted, _ = Segment.objects.filter(path__in=paths).delete()
    if deleted != len(paths):
        raise StaleError


def retire(paths: Iterable[str]) -> None:
    """Start the grace of files that no longer count: somebody may be reading them."""
    for path in paths:
        place = lakehouse.root() / path
        if place.exists():
            os.utime(place)


def segments(
    kind: Kind,
    *,
    workspaces: Sequence[UUID] = (),
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[Segment]:
    """The files that may hold rows of these workspaces and times, newest first."""
    found = Segment.objects.filter(kind=kind).order_by("-max_time")
    if workspaces:
        found = found.filter(min_workspace__lte=max(workspaces), max_workspace__gte=min(workspaces))
    if since is not None:
        found = found.filter(max_time__gte=since)
    if until is not None:
        found = found.filter(min_time__lte=until)
    return found


def paths(kind: Kind, workspaces: Collection[UUID], since: datetime, until: datetime) -> list[str]:
    """The paths of the files that may hold rows of these workspaces and times."""
    found = _PATHS.rows(
        kind=kind.value, first=min(workspaces), last=max(workspaces), since=since, until=until
    )
    return [path for (path,) in found]


_PATHS = Prepared(
    lambda: Segment.objects.filter(
        kind=Given("kind", CharField()),
        min_workspace__lte=Given("last", UUIDField()),
        max_workspace__gte=Given("first", UUIDField()),
        max_time__gte=Given("since", DateTimeField()),
        min_time__lte=Given("until", DateTimeField()),
    ).values_list("path")
)


def file_of(row: Segment) -> SegmentFile:
    """A row of the manifest as the lake sees it."""
    values = {name: getattr(row, name) for name in _COPIED}
    return SegmentFile(**values | {"kind": Kind(row.kind)})


def erased(workspaces: Sequence[UUID] | None = None) -> list[Erased]:
    """Who is erased but still in sealed files."""
    rows = Tombstone.objects.filter(applied_at=None)
    if workspaces is not None:
        rows = rows.filter(workspace_id__in=workspaces)
    return [Erased(row.workspace_id, row.actor_key) for row in rows.order_by("id")]
