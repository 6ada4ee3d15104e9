"""The monthly review: figures as they stood, and minutes of which no version is lost (R027)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor, Permission
from enishi.activities.log import record
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError, NotFoundError
from enishi.strategy import events
from enishi.strategy.core.nodes import Status
from enishi.strategy.models import Minutes, Objective, Review
from enishi.strategy.queries import reviews
from enishi.strategy.readings import today_in

_MOST = 20_000


@transaction.atomic
def draft_review(actor: Actor, month: date) -> Review:
    """The review of a month with the figures of its last day; made once, then left alone."""
    actor.require(Permission.STRATEGY_EDIT)
    first = month.replace(day=1)
    rows = Review.objects.filter(workspace_id=actor.workspace_id, month=first)
    if (found := rows.first()) is not None:
        return found
    made = Review.objects.create(
        workspace_id=actor.workspace_id,
        month=first,
        drafted_at=clock.now(),
        rows=reviews.figures(actor, first),
    )
    record([events.noted(actor, "Create", "Review", made.id, text=f"{first:%Y-%m}")])
    return made


@transaction.atomic
def write_minutes(actor: Actor, review_id: UUID, *, text: str) -> Minutes:
    """Add a version of the minutes; earlier ones stay as they are."""
    actor.require(Permission.STRATEGY_EDIT)
    rows = Review.objects.select_for_update().filter(workspace_id=actor.workspace_id)
    review = rows.filter(id=review_id).first()
    if review is None:
        raise NotFoundError(_("There is no such review."))
    if not 1 <= len(text.strip()) <= _MOST:
        raise InvalidInputError(_("Write what was said and decided."), field="text")
    last = review.minutes.aggregate(last=Max("number"))["last"] or 0
    made = Minutes.objects.create(
        review=review,
        number=last + 1,
        text=text.strip(),
        by_id=actor.user_id,
        at=clock.now(),
    )
    if review.held_at is None:
        review.held_at = made.at
        review.save(update_fields=["held_at"])
    record([events.noted(actor, "Update", "Review", review.id, text=f"v{made.number}")])
    return made


def draft_due_reviews() -> int:
    """Draft the review of last month in every workspace with live objectives; how many."""
    live = (Status.PLANNED.value, Status.ACTIVE.value)
    rows = Workspace.objects.filter(
        id__in=Objective.objects.filter(status__in=live).values("workspace_id")
    )
    drafted = 0
    for workspace in rows:
        month = _last_month(workspace.time_zone)
        if not Review.objects.filter(workspace=workspace, month=month).exists():
            draft_review(Actor.system(workspace.id), month)
            drafted += 1
    return drafted


def _last_month(zone: str) -> date:
    return (today_in(zone).replace(day=1) - timedelta(days=1)).replace(day=1)
