"""Reports that go out by e-mail again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from uuid import UUID
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from enishi.accounts.models import LANGUAGES, PLACEHOLDER_DOMAIN, User
from enishi.accounts.permissions import Actor, Permission
from enishi.activities.log import record
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError
from enishi.kernel.ids import new_id
from enishi.reports import checking, sending
from enishi.reports.core.asking import Asked, to_json
from enishi.reports.core.formats import Format
from enishi.reports.core.states import LETTER_STATES, LetterState
from enishi.reports.core.timing import Every, Rhythm
from enishi.reports.errors import no_such_letter, no_such_schedule
from enishi.reports.events import Thing, happened
from enishi.reports.models import ReportLetter, Schedule

_MOST_RECIPIENTS = 50
_LAST_WEEKDAY, _LAST_DAY = 6, 31


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes out, when, to whom and how.

    `weekday` counts from Monday = 0; `month_day` is the month's last day where a month is
    shorter; `wall_time` is on the clocks of `time_zone`.
    """

    name: str
    asked: Asked
    recipients: Sequence[str]
    time_zone: str
    language: str
    every: Every = Every.WEEK
    weekday: int = 0
    month_day: int = 1
    wall_time: time = time(9)
    formats: Sequence[str] = (Format.PDF,)
    note: str = ""

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(self.every, self.weekday, self.month_day, self.wall_time, self.time_zone)


@transaction.atomic
def create_schedule(actor: Actor, plan: Plan, *, is_paused: bool = False) -> Schedule:
    """Have a report sent from its next due time on; one that is paused waits to be resumed.

    It is made with the rights of the whole company: nobody confined to a function may ask.
    """
    actor.require(Permission.REPORTS_EDIT)
    actor.require_function()
    now = clock.now()
    made = Schedule(
        workspace_id=actor.workspace_id,
        created_by_id=actor.user_id,
        created_at=now,
        paused_at=now if is_paused else None,
    )
    _fill(actor, made, plan)
    made.save(force_insert=True)
    record([happened(actor, "Create", Thing.SCHEDULE, made.id, made.name)])
    return made


@transaction.atomic
def update_schedule(actor: Actor, schedule_id: UUID, plan: Plan) -> Schedule:
    """Change a scheduled report; what was sent stays sent."""
    actor.require(Permission.REPORTS_EDIT)
    actor.require_function()
    found = _own(actor, schedule_id)
    _fill(actor, found, plan)
    found.save()
    record([happened(actor, "Update", Thing.SCHEDULE, found.id, found.name)])
    return found


@transaction.atomic
def pause_schedule(actor: Actor, schedule_id: UUID) -> Schedule:
    """Send nothing until it is resumed."""
    actor.require(Permission.REPORTS_EDIT)
    found = _own(actor, schedule_id)
    if found.paused_at is None:
        found.paused_at = clock.now()
        found.save(update_fields=["paused_at"])
        record([happened(actor, "Update", Thing.SCHEDULE, found.id, found.name)])
    return found


@transaction.atomic
def resume_schedule(actor: Actor, schedule_id: UUID) -> Schedule:
    """Go on from the next due time; what came due meanwhile is not made up for."""
    actor.require(Permission.REPORTS_EDIT)
    found = _own(actor, schedule_id)
    if found.paused_at is not None:
        found.paused_at = None
        found.next_due_at = sending.rhythm_of(found).next_after(clock.now())
        found.save(update_fields=["paused_at", "next_due_at"])
        record([happened(actor, "Update", Thing.SCHEDULE, found.id, found.name)])
    return found


@transaction.atomic
def delete_schedule(actor: Actor, schedule_id: UUID) -> None:
    """Forget a scheduled report with the list of what it sent."""
    actor.require(Permission.REPORTS_EDIT)
    found = _own(actor, schedule_id)
    record([happened(actor, "Delete", Thing.SCHEDULE, found.id, found.name)])
    found.delete()


@transaction.atomic
def send_test(actor: Actor, schedule_id: UUID) -> UUID:
    """Send it to oneself now; no recipient gets anything and no period counts as sent."""
    actor.require(Permission.REPORTS_EDIT)
    actor.require_function()
    found = _own(actor, schedule_id)
    user = User.objects.filter(id=actor.user_id).first() if actor.user_id else None
    if user is None or user.email.endswith(PLACEHOLDER_DOMAIN):
        raise InvalidInputError(
            _("You have no e-mail address yet."),
            field="recipients",
            remedy=_("Enter one in your own settings."),
        )
    run = sending.begin(found, f"test:{new_id()}", clock.now(), [user.email], is_test=True)
    return run.id


@transaction.atomic
def retry_letter(actor: Actor, letter_id: UUID) -> ReportLetter:
    """Send a failed mail again."""
    actor.require(Permission.REPORTS_EDIT)
    rows = ReportLetter.objects.filter(id=letter_id, run__schedule__workspace_id=actor.workspace_id)
    found = rows.select_related("run").first()
    if found is None:
        raise no_such_letter()
    before = LETTER_STATES.sources_of(LetterState.WAITING)
    if not rows.filter(state__in=before).update(state=LetterState.WAITING, attempts=0, problem=""):
        raise ConflictError(_("Only a failed mail can be sent again."))
    sending.enqueue_run(found.run_id, actor.workspace_id)
    return found


# --- filling in ----------------------------------------------------------------------------


def _own(actor: Actor, schedule_id: UUID) -> Schedule:
    rows = Schedule.objects.select_for_update().filter(workspace_id=actor.workspace_id)
    found = rows.filter(id=schedule_id).first()
    if found is None:
        raise no_such_schedule()
    return found


def _fill(actor: Actor, row: Schedule, plan: Plan) -> None:
    _require_plan(plan)
    checking.require_board(actor, plan.asked)
    row.name, row.asked = " ".join(plan.name.split()), to_json(plan.asked)
    row.every, row.weekday, row.month_day = plan.every, plan.weekday, plan.month_day
    row.wall_time, row.time_zone = plan.wall_time.replace(second=0, microsecond=0), plan.time_zone
    row.language, row.formats = plan.language, [Format(one).value for one in plan.formats]
    row.recipients, row.note = _addresses(plan.recipients), plan.note.strip()
    row.updated_at = clock.now()
    row.next_due_at = plan.rhythm.next_after(row.updated_at)


def _require_plan(plan: Plan) -> None:
    rules = (
        (bool(plan.name.strip()), "name", _("Give the report a name.")),
        (plan.time_zone in available_timezones(), "time_zone", _("There is no such time zone.")),
        (plan.language in dict(LANGUAGES), "language", _("Choose Japanese or English.")),
        (0 <= plan.weekday <= _LAST_WEEKDAY, "weekday", _("Choose a day of the week.")),
        (1 <= plan.month_day <= _LAST_DAY, "month_day", _("Choose a day from 1 to 31.")),
        (bool(plan.formats), "formats", _("Choose at least one format.")),
        (set(plan.formats) <= set(Format), "formats", _("There is no such format.")),
    )
    for holds, field, message in rules:
        if not holds:
            raise InvalidInputError(message, field=field)


def _addresses(given: Sequence[str]) -> list[str]:
    """The addresses, each once, in their order."""
    found = list(dict.fromkeys(one.strip() for one in given if one.strip()))
    if not found:
        raise InvalidInputError(_("Enter at least one e-mail address."), field="recipients")
    if len(found) > _MOST_RECIPIENTS:
        raise InvalidInputError(
            _("At most %(count)s addresses.") % {"count": _MOST_RECIPIENTS}, field="recipients"
        )
    for one in found:
        try:
            validate_email(one)
        except ValidationError as error:
            raise InvalidInputError(
                _("“%(text)s” is not an e-mail address.") % {"text": one}, field="recipients"
            ) from error
    return found
