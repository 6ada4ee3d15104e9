"""Importing much at once: straight into sealed files, exactly once.

1. The rows are written, as they come, to a staging folder that nobody reads.
2. What is already in the log (sealed or hot), doubled or erased is left out.
3. The rest is sorted into segments, which the manifest takes up in one transaction.

Stopping anywhere before the last step leaves the log as it was.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.utils.text import slugify
from django.utils.translation import gettext as _

from enishi.activities import erased, lakehouse, manifest
from enishi.activities.events import NewActivity, NewObservation
from enishi.activities.models import Activity, Observation, Tombstone
from enishi.activities.rows import document_text
from enishi.analytics import segments
from enishi.analytics.schema import Kind
from enishi.analytics.segments import SegmentFile
from enishi.analytics.staging import Staging
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError
from enishi.kernel.ids import new_id

T = TypeVar("T")

_CHUNK = 20_000
_ATTEMPTS = 5
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class BulkResult:
    """How many rows were new, and how many were in the log already or doubled."""

    new: int
    known: int
    erased: int = 0


@dataclass(slots=True)
class _Intake:
    """Turns what is given into rows of the lake."""

    workspace_id: UUID
    digests: frozenset[str]
    recorded_at: Any
    given: int = 0
    erased: int = 0
    _refused: dict[str, bool] = field(default_factory=dict)

    def activities(self, given: Iterable[NewActivity]) -> Iterator[Sequence[Any]]:
        for activity in given:
            self._check(activity.workspace_id)
            if self._is_erased(activity.actor_key):
                self.erased += 1
            else:
                yield _activity_row(activity, self.recorded_at)

    def observations(self, given: Iterable[NewObservation]) -> Iterator[Sequence[Any]]:
        for observation in given:
            self._check(observation.workspace_id)
            yield _observation_row(observation, self.recorded_at)

    def _check(self, workspace_id: UUID) -> None:
        self.given += 1
        if workspace_id != self.workspace_id:
            raise InvalidInputError(_("A row belongs to another workspace."), field="workspace_id")

    def _is_erased(self, actor_key: str) -> bool:
        if not self.digests or not actor_key:
            return False
        if actor_key not in self._refused:
            digest = erased.digest(self.workspace_id, actor_key)
            self._refused[actor_key] = digest in self.digests
        return self._refused[actor_key]


def bulk_import(
    workspace_id: UUID,
    source: str,
    activities: Iterable[NewActivity] = (),
    observations: Iterable[NewObservation] = (),
) -> BulkResult:
    """Take up to millions of rows into the log. The same rows twice add nothing.

    `source` names the import in the staging folder; the rows carry their own sources.
    """
    digests = Tombstone.objects.filter(workspace_id=workspace_id).values_list("digest", flat=True)
    intake = _Intake(workspace_id, frozenset(digests), clock.now())
    name = slugify(source) or "import"
    folder = lakehouse.root() / "staging" / f"{name}-{new_id().hex}"
    try:
        staging = Staging(lakehouse.writer(), folder)
        for chunk in _chunks(intake.activities(activities)):
            staging.add(Kind.ACTIVITY, chunk)
        for chunk in _chunks(intake.observations(observations)):
            staging.add(Kind.OBSERVATION, chunk)
        written = _commit(staging, workspace_id)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    new = sum(file.rows for file in written)
    return BulkResult(new, intake.given - intake.erased - new, intake.erased)


def _commit(staging: Staging, workspace_id: UUID) -> list[SegmentFile]:
    for _attempt in range(_ATTEMPTS):
        version = manifest.version()
        written = [file for kind in Kind for file in _write(staging, kind, workspace_id)]
        try:
            with manifest.change(version):
                manifest.add(written)
        except manifest.StaleError:
            segments.remove_files(lakehouse.root(), [file.path for file in written])
        else:
            return written
    raise ConflictError(
        _("The log kept changing while the import was being taken in."),
        remedy=_("Start the import again: what is in the log already is not added twice."),
    )


def _write(staging: Staging, kind: Kind, workspace_id: UUID) -> list[SegmentFile]:
    """The staged rows that the log does not hold, as segments."""
    span = staging.span(kind)
    if span is None:
        return []
    first, last = span
    known = manifest.segments(kind, workspaces=[workspace_id], since=first, until=last)
    paths = [lakehouse.root() / path for path in known.values_list("path", flat=True)]
    return staging.write(kind, paths, _hot_ids(kind, workspace_id))


def _hot_ids(kind: Kind, workspace_id: UUID) -> list[str]:
    model: Any = Activity if kind is Kind.ACTIVITY else Observation
    found = model.objects.filter(workspace_id=workspace_id).values_list("id", flat=True)
    return [str(identifier) for identifier in found]


def _chunks(rows: Iterator[T]) -> Iterator[list[T]]:
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk


def _activity_row(activity: NewActivity, recorded_at: Any) -> Sequence[Any]:
    return (
        activity.id,
        activity.workspace_id,
        activity.channel_id,
        activity.user_id,
        activity.occurred_at,
        recorded_at,
        activity.type,
        activity.direction.value,
        activity.source,
        activity.key,
        activity.actor_key,
        activity.actor_name,
        activity.object_type,
        activity.object_key,
        activity.target_key,
        activity.text,
        activity.language,
        activity.via,
        document_text(activity.document),
    )


def _observation_row(observation: NewObservation, recorded_at: Any) -> Sequence[Any]:
    return (
        observation.id,
        observation.workspace_id,
        observation.channel_id,
        observation.subject,
        observation.metric,
        float(observation.value),
        observation.observed_at,
        recorded_at,
        observation.source,
    )
