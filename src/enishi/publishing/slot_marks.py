"""Which posts belong to slots: shown on their cards wherever these appear."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from enishi.kernel import clock
from enishi.publishing.core.states import PostState
from enishi.publishing.models import Post
from enishi.publishing.slot_models import SeriesTime
from enishi.publishing.values import SlotMark


def marks(posts: Iterable[Post]) -> dict[UUID, SlotMark]:
    """The slots of posts, by post: one query."""
    by_id = {post.id: post for post in posts}
    rows = SeriesTime.objects.filter(post_id__in=list(by_id)).select_related("series")
    now = clock.now()
    return {
        row.post_id: _mark(row, by_id[row.post_id], now) for row in rows if row.post_id in by_id
    }


def _mark(row: SeriesTime, post: Post, now: datetime) -> SlotMark:
    unfilled = post.state in {PostState.DRAFT, PostState.MISSED}
    empty = unfilled and (post.version == row.post_version or not post.text.strip())
    due_at = post.due_at or row.due_at
    soon = due_at - now <= timedelta(hours=row.series.warn_hours)
    return SlotMark(
        series_id=row.series_id,
        wall=row.wall,
        name=row.series.name,
        topic=row.series.topic,
        empty=empty,
        urgent=empty and soon,
        checklist=tuple(row.series.checklist),
        ticked=tuple(item for item in row.series.checklist if item in row.ticked),
    )
