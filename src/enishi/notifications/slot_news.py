"""Recurring slots that nobody has filled in: news for whoever writes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from enishi.activities.log import NewActivity
from enishi.notifications import audience
from enishi.notifications.actions import News
from enishi.notifications.core.kinds import Kind
from enishi.publishing.models import Post
from enishi.publishing.slot_models import SeriesTime
from enishi.publishing.slot_watch import EMPTY, MISSED

_EXCERPT = 120
_KINDS = {EMPTY: Kind.SLOT_EMPTY, MISSED: Kind.SLOT_MISSED}


def is_news(activity: NewActivity) -> bool:
    """Whether it tells of a slot that is due soon and empty, or passed unfinished."""
    return activity.type == "Flag" and activity.document.get("enishi:reason") in _KINDS


def of_slots(activities: Iterable[NewActivity]) -> list[News]:
    """One piece of news for each series and reason, however many of its times it concerns.

    It is for the post's author. When there is none, or they have left, it is for all who write.
    """
    found = {UUID(item.document["enishi:post"]): item.document for item in activities}
    rows = SeriesTime.objects.select_related("series", "post").filter(post_id__in=list(found))
    groups: dict[tuple[UUID, str], list[SeriesTime]] = defaultdict(list)
    for row in rows.order_by("due_at"):
        if row.post_id is not None:
            groups[row.series_id, str(found[row.post_id]["enishi:reason"])].append(row)
    workspaces = {row.series.workspace_id for row in rows}
    able = audience.members_with(audience.ABLE[Kind.SLOT_EMPTY], workspaces)
    belong = audience.members(workspaces)
    return [
        _news(reason, rows, able.get(rows[0].series.workspace_id, frozenset()), belong)
        for (_series, reason), rows in groups.items()
    ]


def _news(
    reason: str,
    rows: Sequence[SeriesTime],
    able: frozenset[UUID],
    belong: frozenset[tuple[UUID, UUID]],
) -> News:
    series, posts = rows[0].series, [row.post for row in rows if row.post is not None]
    authors = {post.author_id for post in posts if post.author_id}
    authors = {user for user in authors if (series.workspace_id, user) in belong}
    kind = _KINDS[reason]
    return News(
        workspace_id=series.workspace_id,
        kind=kind,
        cause=f"{kind}:{series.id}",
        user_ids=authors or able,
        path=_path(kind, posts[0]),
        path_of_many=f"slots/{series.id}/" if kind is Kind.SLOT_EMPTY else "missed/",
        parameters={"name": series.name, "reason": reason, "text": posts[0].text[:_EXCERPT]},
        count=len(rows),
    )


def _path(kind: Kind, post: Post) -> str:
    return f"posts/{post.id}/edit/" if kind is Kind.SLOT_EMPTY else f"posts/{post.id}/"
