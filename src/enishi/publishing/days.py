"""The first posts of each day, and how many there are, however many posts a workspace has.

Written in SQL because it must seek in the index `post_calendar` once for each day; what the
ORM can say (window functions, conditional counts) reads all posts of the span instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import UUIDField

_POSTS, _VARIANTS = "publishing_post", "publishing_variant"
_IDS = UUIDField()
_OF_CHANNEL = f" AND id IN (SELECT post_id FROM {_VARIANTS} WHERE channel_id = %s)"  # noqa: S608 - constants
_SPAN = "workspace_id = %s AND due_at >= %s AND due_at < %s"
_FIRST = "SELECT * FROM (SELECT {day} AS d, id FROM {posts} WHERE {where} ORDER BY due_at, id LIMIT {limit}) AS t{day}"  # noqa: E501
_COUNT = "SELECT {day} AS d, COUNT(*) FROM {posts} WHERE {where}"


def first_of_each(
    workspace_id: UUID, edges: Sequence[datetime], limit: int, channel_id: UUID | None = None
) -> dict[UUID, int]:
    """Ids of at most `limit` posts a day, with the index of their day."""
    rows = _each_day(_FIRST, workspace_id, edges, channel_id, limit)
    return {_uuid(identifier): int(day) for day, identifier in rows}


def totals(
    workspace_id: UUID, edges: Sequence[datetime], channel_id: UUID | None = None
) -> dict[int, int]:
    """How many posts there are on each day."""
    rows = _each_day(_COUNT, workspace_id, edges, channel_id, 0)
    return {int(str(day)): int(str(number)) for day, number in rows}


def _each_day(
    template: str,
    workspace_id: UUID,
    edges: Sequence[datetime],
    channel_id: UUID | None,
    limit: int,
) -> list[tuple[int, object]]:
    where = _SPAN + (_OF_CHANNEL if channel_id else "")
    spans = list(pairwise(edges))
    parts = [
        template.format(day=day, posts=_POSTS, where=where, limit=limit)
        for day in range(len(spans))
    ]
    values: list[Any] = []
    for first, last in spans:
        values += [_id(workspace_id), _moment(first), _moment(last)]
        values += [_id(channel_id)] if channel_id else []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        return list(cursor.fetchall())


def _id(value: UUID | None) -> Any:
    return _IDS.get_db_prep_value(value, connection)


def _moment(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def _uuid(value: object) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))
