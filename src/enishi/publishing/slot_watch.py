"""What the worker does for slots, again and again: drafts ahead, warnings, what was missed."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from enishi.activities import log
from enishi.kernel import clock
from enishi.publishing import events, queueing, slotting
from enishi.publishing.core.states import PostState
from enishi.publishing.models import Post
from enishi.publishing.slot_models import Queue, Series, SeriesTime

EMPTY, MISSED = "empty_slot", "missed_slot"
_DRAFT = PostState.DRAFT.value


def tick() -> None:
    """Once around: every series and queue, each in a transaction of its own."""
    now = clock.now()
    fill_all(now)
    for workspace_id in Series.objects.values_list("workspace_id", flat=True).distinct():
        warn(workspace_id, now)
        miss(workspace_id, now)
    for queue_id in Queue.objects.values_list("id", flat=True):
        queueing.prune(queue_id, now)


def fill_all(now: datetime) -> int:
    """The drafts that are due to be made; returns how many."""
    today = (now - timedelta(days=1)).date()
    rows = Series.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), paused=False)
    made = 0
    for series in rows.select_related("workspace"):
        with transaction.atomic():
            made += slotting.fill(series, now)
    return made


@transaction.atomic
def warn(workspace_id: UUID, now: datetime) -> int:
    """Tell once of each slot that is due soon and that nobody has filled in."""
    rows = SeriesTime.objects.select_related("post", "series").filter(
        series__workspace_id=workspace_id,
        due_at__gt=now,
        due_at__lte=now + timedelta(days=31),
        warned_at=None,
        post__state=_DRAFT,
        post__version=F("post_version"),
    )
    soon = [row for row in rows if row.due_at - now <= timedelta(hours=row.series.warn_hours)]
    for row in soon:
        if SeriesTime.objects.filter(id=row.id, warned_at=None).update(warned_at=now):
            _flag(row, EMPTY, _("A slot is due soon and still empty: %s") % row.series.name)
    return len(soon)


@transaction.atomic
def miss(workspace_id: UUID, now: datetime) -> int:
    """Drafts of slots whose time has passed ask a person: an unfinished post never goes out."""
    late = Post.objects.filter(
        workspace_id=workspace_id, state=_DRAFT, due_at__lt=now, series_time__isnull=False
    ).values_list("id", flat=True)
    found = SeriesTime.objects.filter(post_id__in=list(late)).select_related("post", "series")
    for row in found:
        if row.post is not None and _missed(row.post, now):
            _flag(row, MISSED, _("A slot passed and its post was still a draft: %s") % row.series)
    return len(found)


def _missed(post: Post, now: datetime) -> bool:
    """Compare and set; False when a person was faster."""
    still = Post.objects.filter(id=post.id, state=_DRAFT, due_at__lt=now)
    post.state = PostState.MISSED.value
    return bool(still.update(state=post.state))


def _flag(row: SeriesTime, reason: str, note: str) -> None:
    if row.post is not None:
        log.record([events.slot_trouble(row.post, reason=reason, note=note)])
