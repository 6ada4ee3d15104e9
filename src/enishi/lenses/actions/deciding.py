"""Assessments, divisions of effort, places of items, and audits of jumps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from enishi.accounts import queries as accounts
from enishi.accounts.permissions import Actor, Permission
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError, NotFoundError
from enishi.lenses import events, news, queries
from enishi.lenses.core import needing
from enishi.lenses.core.deciding import Purpose
from enishi.lenses.core.levels import LEAVES
from enishi.lenses.core.needing import Question
from enishi.lenses.models import Assessment, Audit, EffortSplit, Placement
from enishi.lenses.queries import Asked

_MOST_HOURS = 10_000
_PURPOSE_LENGTH = 500


@transaction.atomic
def assess(
    actor: Actor,
    *,
    purpose: str,
    answers: Mapping[str, int],
    note: str = "",
    recheck_on: date | None = None,
) -> Assessment:
    """Judge whether social media is needed at all, and keep the result with its reasons."""
    actor.require(Permission.STRATEGY_EDIT)
    if not 1 <= len(purpose.strip()) <= _PURPOSE_LENGTH:
        raise InvalidInputError(_("Say what it would be for."), field="purpose")
    complete = _answers(answers)
    now = clock.now()
    today = now.astimezone(ZoneInfo(accounts.workspace(actor).time_zone)).date()
    if recheck_on is not None and recheck_on <= today:
        raise InvalidInputError(_("Choose a day that is still to come."), field="recheck_on")
    found = needing.assess(complete, today)
    row = Assessment.objects.create(
        workspace_id=actor.workspace_id,
        by_id=actor.user_id,
        at=now,
        purpose=purpose.strip(),
        answers={question.value: points for question, points in complete.items()},
        verdict=found.verdict.value,
        points=found.points,
        note=note.strip(),
        recheck_on=recheck_on or found.recheck_on,
    )
    events.happened(actor, "Create", "Assessment", row.id, f"{row.verdict}: {row.purpose}")
    return row


@transaction.atomic
def remind(assessment_id: UUID) -> bool:
    """Tell people, once, that it is time to ask again; whether that was due.

    A later answer to the same question makes an earlier one void.
    """
    rows = Assessment.objects.filter(id=assessment_id, told_at=None)
    if not rows.update(told_at=clock.now()):
        return False
    row = Assessment.objects.get(id=assessment_id)
    same = Assessment.objects.filter(workspace_id=row.workspace_id, purpose=row.purpose)
    if same.filter(at__gt=row.at).exists():
        return False
    news.recheck_due(row)
    return True


def _answers(given: Mapping[str, int]) -> dict[Question, int]:
    found = {}
    for question in Question:
        points = given.get(question.value)
        if points not in {needing.NO, needing.PARTLY, needing.YES}:
            raise InvalidInputError(
                _("Answer every question with 0 (no), 1 (partly) or 2 (yes)."),
                field=question.value,
            )
        found[question] = int(points)
    return found


@transaction.atomic
def divide_effort(
    actor: Actor, *, purpose: str, hours: float, network: float | None = None, reason: str = ""
) -> EffortSplit:
    """Decide how the hours are divided. Another share than the suggested one needs a reason.

    `network` is the share for conversations, 0 to 1; None takes the suggestion.
    """
    actor.require(Permission.STRATEGY_EDIT)
    if purpose not in set(Purpose):
        raise InvalidInputError(
            _("There is no such purpose."), field="purpose", remedy=", ".join(Purpose)
        )
    if not (math.isfinite(hours) and 0 < hours <= _MOST_HOURS):
        raise InvalidInputError(_("Say how many hours there are."), field="hours")
    found = queries.evidence(actor, Asked(), purpose=Purpose(purpose), hours=hours)
    chosen = found.split.network if network is None else network
    if not 0 <= chosen <= 1:
        raise InvalidInputError(_("A share lies between 0 and 100 %."), field="network")
    if abs(chosen - found.split.network) > 0.005 and not reason.strip():  # noqa: PLR2004 - half a per cent
        raise InvalidInputError(
            _("Say why you divide it otherwise than suggested."), field="reason"
        )
    row = EffortSplit.objects.create(
        workspace_id=actor.workspace_id,
        by_id=actor.user_id,
        at=clock.now(),
        purpose=purpose,
        hours=hours,
        suggested=found.split.network,
        chosen=chosen,
        reason=reason.strip(),
        evidence={
            "verdict": found.evidence.verdict.value,
            "sns": found.evidence.sns,
            "cns": found.evidence.cns,
            "first": found.window.first.isoformat(),
            "last": found.window.last.isoformat(),
        },
    )
    events.happened(actor, "Create", "EffortSplit", row.id, f"{purpose}: {chosen:.0%}")
    return row


@transaction.atomic
def place_item(actor: Actor, *, metric: str, subject: str, place: str) -> None:
    """Say where a note counts; an empty place takes the choice back."""
    actor.require(Permission.STRATEGY_EDIT)
    if place and place not in set(LEAVES):
        raise InvalidInputError(
            _("An item stands at one of: %(values)s.") % {"values": ", ".join(LEAVES)},
            field="place",
        )
    if not subject.strip():
        raise InvalidInputError(_("Say which item."), field="subject")
    named: dict[str, Any] = {
        "workspace_id": actor.workspace_id,
        "metric": metric,
        "subject": subject,
    }
    if place:
        Placement.objects.update_or_create(
            **named, defaults={"place": place, "by_id": actor.user_id, "at": clock.now()}
        )
    else:
        Placement.objects.filter(**named).delete()


@transaction.atomic
def audit_jump(actor: Actor, *, channel_id: UUID, day: date, is_genuine: bool, note: str) -> Audit:
    """Write down what a jump in followers was; genuine ones count as followers again."""
    actor.require(Permission.STRATEGY_EDIT)
    rows = Channel.objects.filter(workspace_id=actor.workspace_id, id=channel_id)
    channel = rows.first()
    if channel is None:
        raise NotFoundError(_("There is no such channel."), field="channel")
    if not note.strip():
        raise InvalidInputError(_("Say what you found out."), field="note")
    row, _new = Audit.objects.update_or_create(
        workspace_id=actor.workspace_id,
        channel=channel,
        day=day,
        defaults={
            "is_genuine": is_genuine,
            "note": note.strip(),
            "by_id": actor.user_id,
            "at": clock.now(),
        },
    )
    events.happened(actor, "Update", "Audit", row.id, f"{channel} {day}: {note.strip()}")
    return row
