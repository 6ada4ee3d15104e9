"""Reading annotations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from enishi.accounts.permissions import Actor, Permission
from enishi.analytics.kpi import Window
from enishi.channels.models import Channel
from enishi.reports.errors import no_such_annotation
from enishi.reports.models import Annotation
from enishi.reports.values import Remark


def within(
    actor: Actor, window: Window, channel_ids: Sequence[UUID], channels: Sequence[Channel]
) -> list[Remark]:
    """The annotations of a window that concern some channels, or all; the oldest first."""
    rows = _standing(actor).filter(day__range=(window.first, window.last))
    if channel_ids:
        rows = rows.filter(Q(channel=None) | Q(channel_id__in=channel_ids))
    names: dict[UUID | None, str] = {channel.id: str(channel) for channel in channels}
    return [_remark(row, names) for row in rows.order_by("day", "id")]


def every(actor: Actor) -> list[Remark]:
    """Every annotation, the newest day first."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = _standing(actor).select_related("channel").order_by("-day", "-id")
    return [_remark(row, {row.channel_id: str(row.channel)} if row.channel else {}) for row in rows]


def annotation(actor: Actor, annotation_id: UUID) -> Remark:
    """One annotation."""
    actor.require(Permission.STRATEGY_VIEW)
    row = _standing(actor).select_related("channel").filter(id=annotation_id).first()
    if row is None:
        raise no_such_annotation()
    return _remark(row, {row.channel_id: str(row.channel)} if row.channel else {})


def _standing(actor: Actor) -> QuerySet[Annotation]:
    rows = Annotation.objects.filter(workspace_id=actor.workspace_id, deleted_at=None)
    return rows.select_related("author")


def _remark(row: Annotation, names: Mapping[UUID | None, str]) -> Remark:
    return Remark(
        id=row.id,
        day=row.day,
        text=row.text,
        channel_id=row.channel_id,
        channel_name=names.get(row.channel_id, ""),
        metric=row.metric,
        author=str(row.author or ""),
        updated_at=row.updated_at,
    )


def forget_deleted(now: datetime) -> int:
    """Annotations that were deleted more than a day ago go for good."""
    gone, _per_model = Annotation.objects.filter(deleted_at__lte=now - timedelta(days=1)).delete()
    return gone
