"""The two long steps of an import: reading a file through, and writing it into the log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import BinaryIO, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import DatabaseError, transaction

from enishi.activities.bulk import BulkResult, bulk_import
from enishi.activities.events import NewActivity, NewObservation
from enishi.channels.models import Channel
from enishi.imports import wording
from enishi.imports.core.checking import Findings
from enishi.imports.core.fields import folded
from enishi.imports.core.items import BrokenFileError, Entry, Item, Kind, Target
from enishi.imports.core.reading import read
from enishi.imports.core.states import IMPORT_STATES, ImportState
from enishi.imports.models import ImportJob, ImportProblem
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError

logger = logging.getLogger(__name__)

Progress = Callable[[float], None]
_REPORT_EVERY: Final = 0.5
_LOOK_EVERY: Final = 256


class _CancelledError(Exception):
    """Somebody asked to stop."""


def ignore(_fraction: float) -> None:
    """For callers that need no progress."""


def check(job_id: UUID, progress: Progress = ignore) -> None:
    """Read the file through and store what was found. Safe to repeat."""
    job = _load(job_id)
    if job is None or job.state != ImportState.UPLOADED:
        return
    findings = Findings()
    try:
        with job.path.open("rb") as raw:
            findings.read(_watched(job, raw, clock.now(), progress, (0.0, 1.0)))
    except BrokenFileError as error:
        _settle_broken(job, error)
    except FileNotFoundError:
        _settle_broken(job, BrokenFileError("damaged"))
    except _CancelledError:
        _close(job, ImportState.CANCELLED)
    else:
        _settle_checked(job, findings)


def run(job_id: UUID, progress: Progress = ignore) -> None:
    """Write the good rows into the log in one step. Safe to repeat: keys are natural."""
    job = _load(job_id)
    if job is None or job.state != ImportState.RUNNING:
        return
    try:
        with job.path.open("rb") as first, job.path.open("rb") as second:
            result = _write(job, first, second, progress)
    except _CancelledError:
        _close(job, ImportState.CANCELLED)
    except BrokenFileError as error:
        _fail(job, error)
    except ConflictError:
        _fail(job, BrokenFileError("log_busy"))
    except (DatabaseError, OSError):
        logger.exception("imports.failed", extra={"import": str(job.id)})
        _fail(job, BrokenFileError("storage"))
    else:
        counts = {"new": result.new, "known": result.known, "erased": result.erased}
        _close(job, ImportState.DONE, progress=1.0, **counts)


def _write(job: ImportJob, first: BinaryIO, second: BinaryIO, progress: Progress) -> BulkResult:
    """The file is read twice, so that neither list is ever held whole."""
    measured_at = job.newest_at or job.created_at
    whole = (0.0, 1.0)
    halves = ((0.0, 0.5), (0.5, 1.0)) if job.activities and job.observations else (whole, whole)
    activities = _watched(job, first, measured_at, progress, halves[0])
    observations = _watched(job, second, measured_at, progress, halves[1])
    return bulk_import(
        job.workspace_id,
        job.source,
        _activities(activities) if job.activities else iter(()),
        _observations(observations) if job.observations else iter(()),
    )


def _activities(items: Iterator[Item]) -> Iterator[NewActivity]:
    for item in items:
        if isinstance(item, Entry) and item.activity is not None:
            yield item.activity


def _observations(items: Iterator[Item]) -> Iterator[NewObservation]:
    for item in items:
        if isinstance(item, Entry):
            yield from item.observations


def _load(job_id: UUID) -> ImportJob | None:
    return ImportJob.objects.select_related("workspace", "channel").filter(pk=job_id).first()


def target_of(job: ImportJob, measured_at: datetime) -> Target:
    """Where the rows of a job go."""
    channels = Channel.objects.filter(workspace_id=job.workspace_id).order_by("-state")
    names = {
        folded(name.lstrip("@")): channel.pk
        for channel in channels
        for name in (channel.handle, channel.name)
        if name
    }
    return Target(
        workspace_id=job.workspace_id,
        source=job.source,
        zone=ZoneInfo(job.workspace.time_zone),
        now=clock.now(),
        measured_at=measured_at,
        channel_id=job.channel_id,
        channels=names,
        actor_name=str(job.channel or job.workspace),
        user_id=job.created_by_id,
        via=job.via,
    )


def _watched(
    job: ImportJob,
    raw: BinaryIO,
    measured_at: datetime,
    progress: Progress,
    span: tuple[float, float],
) -> Iterator[Item]:
    """The items of the file. Now and then: how far it is, and whether somebody wants to stop."""
    start, end = span
    next_report = time.monotonic() + _REPORT_EVERY
    items = read(raw, Kind(job.kind), target_of(job, measured_at), job.mapping)
    for number, item in enumerate(items):
        if number % _LOOK_EVERY == 0 and time.monotonic() >= next_report:
            next_report = time.monotonic() + _REPORT_EVERY
            fraction = start + (end - start) * min(raw.tell() / max(job.size, 1), 1.0)
            _report(job, fraction)
            progress(fraction)
        yield item
    progress(end)


def _report(job: ImportJob, fraction: float) -> None:
    rows = ImportJob.objects.filter(pk=job.pk)
    rows.update(progress=fraction, progress_at=clock.now())
    current = rows.values_list("cancel_requested", "revision", "state").first()
    if current is None or current != (False, job.revision, job.state):
        raise _CancelledError


def _settle(job: ImportJob, entered: ImportState, /, **values: object) -> bool:
    """Compare-and-set; False when somebody was first."""
    sources = [state.value for state in IMPORT_STATES.sources_of(entered)]
    rows = ImportJob.objects.filter(
        pk=job.pk, state=job.state, revision=job.revision, state__in=sources
    )
    return rows.update(state=entered, **values) == 1


@transaction.atomic
def _settle_checked(job: ImportJob, findings: Findings) -> None:
    settled = _settle(
        job,
        ImportState.PREVIEWED,
        good=findings.good,
        bad=findings.bad,
        skipped=findings.skipped,
        activities=findings.activities,
        observations=findings.observations,
        oldest_at=findings.oldest,
        newest_at=findings.newest,
        preview=findings.preview,
        types=dict(findings.types),
        progress=1.0,
        problem="",
        problem_params={},
    )
    if settled:
        _replace_problems(job, findings)


def _replace_problems(job: ImportJob, findings: Findings) -> None:
    job.problems.all().delete()
    ImportProblem.objects.bulk_create(
        [
            ImportProblem(
                job=job,
                row=problem.row,
                field=problem.field[:120],
                code=problem.code,
                params=dict(problem.params),
            )
            for problem in findings.problems
        ],
        batch_size=500,
    )


def _settle_broken(job: ImportJob, error: BrokenFileError) -> None:
    """What a mapping can mend waits for the person; anything else is the end."""
    if error.code not in wording.MAPPING_CODES:
        _fail(job, error)
        return
    empty = {name: value for name, value in asdict(Findings()).items() if name in _COUNTS}
    with transaction.atomic():
        if _settle(
            job,
            ImportState.PREVIEWED,
            problem=error.code,
            problem_params=error.params,
            preview=[],
            **empty,
        ):
            job.problems.all().delete()


_COUNTS: Final = frozenset({"good", "bad", "skipped", "activities", "observations"})


def _fail(job: ImportJob, error: BrokenFileError) -> None:
    _close(job, ImportState.FAILED, problem=error.code, problem_params=error.params)


def _close(job: ImportJob, state: ImportState, /, **values: object) -> None:
    if _settle(job, state, finished_at=clock.now(), **values):
        job.discard()
