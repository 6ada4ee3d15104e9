"""Sending scheduled reports: one run for each period, one letter for each recipient."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor
from enishi.activities.log import record
from enishi.jobs.actions import enqueue
from enishi.kernel import clock
from enishi.reports import making, queries, shown
from enishi.reports.core.asking import from_json
from enishi.reports.core.formats import MEDIA_TYPES, Format
from enishi.reports.core.states import LETTER_STATES, ExportState, LetterState
from enishi.reports.core.timing import Every, Rhythm, period_key
from enishi.reports.events import Thing, happened
from enishi.reports.models import Export, ReportLetter, Run, Schedule

logger = logging.getLogger(__name__)
RUN: Final = "reports.run"
LETTER: Final = "reports.letter"
ATTEMPTS: Final = 8
"""How often a letter is tried over about two hours before a person is asked."""
_KEPT: Final = timedelta(days=30)
_TEXT: Final = 300
_HEADLINE: Final = 8


def rhythm_of(schedule: Schedule) -> Rhythm:
    """When a schedule comes round."""
    return Rhythm(
        Every(schedule.every),
        schedule.weekday,
        schedule.month_day,
        schedule.wall_time,
        schedule.time_zone,
    )


def begin_due(now: datetime) -> int:
    """Begin what is due; returns how many runs. Of several missed periods only one is sent."""
    due = Schedule.objects.filter(paused_at=None, next_due_at__lte=now)
    return sum(_begin_due(schedule, now) for schedule in due)


@transaction.atomic
def _begin_due(schedule: Schedule, now: datetime) -> bool:
    """Whoever moves the due time on begins the run; others find it moved."""
    onward = rhythm_of(schedule).next_after(now)
    rows = Schedule.objects.filter(id=schedule.id, next_due_at=schedule.next_due_at, paused_at=None)
    if not rows.update(next_due_at=onward):
        return False
    period = period_key(schedule.next_due_at, schedule.time_zone)
    key = f"{schedule.id}:{period}"
    if Run.objects.filter(key=key).exists():
        return False
    begin(schedule, key, schedule.next_due_at, schedule.recipients)
    return True


def begin(
    schedule: Schedule,
    key: str,
    due_at: datetime,
    addresses: Sequence[str],
    *,
    is_test: bool = False,
) -> Run:
    """Write a run down with its files and letters to come, in the caller's transaction."""
    now = clock.now()
    today = due_at.astimezone(ZoneInfo(schedule.time_zone)).date()
    run = Run.objects.create(
        schedule=schedule, key=key, due_at=due_at, today=today, is_test=is_test, created_at=now
    )
    Export.objects.bulk_create(
        Export(
            workspace_id=schedule.workspace_id,
            asked=schedule.asked,
            format=one,
            language=schedule.language,
            title=schedule.name,
            today=today,
            run=run,
            created_by_id=schedule.created_by_id,
            created_at=now,
            expires_at=now + _KEPT,
        )
        for one in schedule.formats
    )
    ReportLetter.objects.bulk_create(
        ReportLetter(run=run, address=address, created_at=now) for address in addresses
    )
    enqueue_run(run.id, schedule.workspace_id)
    return run


def enqueue_run(run_id: UUID, workspace_id: UUID) -> None:
    """Have a run's files made and its waiting letters sent."""
    enqueue(RUN, {"run": str(run_id)}, key=str(run_id), workspace_id=workspace_id)


def prepare(run_id: UUID) -> None:
    """Make the files of a run, then ask for each letter that waits to be sent."""
    run = Run.objects.select_related("schedule").filter(id=run_id).first()
    if run is None:
        return
    failed = [one for one in run.exports.order_by("id") if not _made(one)]
    if failed:
        _give_up(run, failed)
        return
    waiting = run.letters.filter(state=LetterState.WAITING)
    for letter in waiting:
        enqueue(
            LETTER,
            {"letter": str(letter.id)},
            key=str(letter.id),
            workspace_id=run.schedule.workspace_id,
        )


def _made(export: Export) -> bool:
    if export.state == ExportState.FAILED:  # a person asked for another try
        Export.objects.filter(id=export.id).update(state=ExportState.WAITING)
    return making.make(export.id)


def _give_up(run: Run, failed: Sequence[Export]) -> None:
    problem = Export.objects.get(id=failed[0].id).problem or _("The report could not be made.")
    Run.objects.filter(id=run.id).update(problem=problem[:_TEXT])
    run.letters.filter(state__in=LETTER_STATES.sources_of(LetterState.FAILED)).update(
        state=LetterState.FAILED, problem=problem[:_TEXT]
    )


def send(letter_id: UUID) -> None:
    """Hand a letter to the mail server and note it; one that was sent is left alone.

    Its Message-ID never changes: should a worker die between the two, it goes out again under
    the same name and mailboxes show it once. A mail server that refuses is asked again, more
    and more rarely; in the end the letter waits for a person, with the reason. Raises OSError
    or SMTPException while there is another try.
    """
    rows = ReportLetter.objects.filter(id=letter_id, state=LetterState.WAITING)
    letter = rows.select_related("run__schedule__workspace").first()
    if letter is None:
        return
    try:
        _message(letter).send()
    except (OSError, SMTPException) as error:
        if _note_failure(letter, error):
            raise
        return
    rows.update(state=LetterState.SENT, sent_at=clock.now(), problem="")
    _record_sent(letter)


def _note_failure(letter: ReportLetter, error: Exception) -> bool:
    """Keep what went wrong; whether there is another try."""
    attempts = letter.attempts + 1
    again = attempts < ATTEMPTS
    ReportLetter.objects.filter(id=letter.id, state=LetterState.WAITING).update(
        attempts=attempts,
        problem=f"{type(error).__name__}: {error}"[:_TEXT],
        state=LetterState.WAITING if again else LetterState.FAILED,
    )
    return again


def _record_sent(letter: ReportLetter) -> None:
    """The last letter of a run tells the log that the report went out."""
    run = letter.run
    if run.is_test or run.letters.exclude(state=LetterState.SENT).exists():
        return
    actor = Actor.system(run.schedule.workspace_id)
    name = f"{run.schedule.name} ({run.letters.count()})"
    with transaction.atomic():
        record([happened(actor, "Offer", Thing.SCHEDULE, run.schedule_id, name)])


def _message(letter: ReportLetter) -> EmailMessage:
    run, schedule = letter.run, letter.run.schedule
    with translation.override(schedule.language):
        subject, body = _written(run, schedule)
    message = EmailMessage(
        subject=subject,
        body=body,
        to=[letter.address],
        headers={"Message-ID": _message_id(letter), "Auto-Submitted": "auto-generated"},
    )
    for export in run.exports.order_by("format"):
        message.attach(
            export.file_name, export.path.read_bytes(), MEDIA_TYPES[Format(export.format)]
        )
    return message


def _written(run: Run, schedule: Schedule) -> tuple[str, str]:
    """Subject and text, with the first numbers and where the page is."""
    actor = Actor.system(schedule.workspace_id)
    board = queries.board(actor, from_json(schedule.asked), today=run.today)
    tiles = [shown.tile(one) for section in board.sections for one in section.tiles]
    context = {
        "schedule": schedule,
        "workspace": schedule.workspace.name,
        "title": board.title,
        "period": shown.period(board.window),
        "zone": board.window.zone,
        "compared": shown.period(board.before) if board.before else "",
        "tiles": tiles[:_HEADLINE],
        "is_test": run.is_test,
        "kept": run.exports.order_by("expires_at").first(),
        "url": f"{settings.ENISHI_URL}/w/{schedule.workspace.slug}/reports/",
    }
    subject = f"{schedule.workspace.name}: {schedule.name} ({shown.period(board.window)})"
    if run.is_test:
        subject = _("[Test] %(subject)s") % {"subject": subject}
    body = render_to_string("reports/letter.txt", context)
    return " ".join(subject.split())[:200], body


def _message_id(letter: ReportLetter) -> str:
    host = settings.ENISHI_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    return f"<{letter.id}@{host or 'enishi'}>"
