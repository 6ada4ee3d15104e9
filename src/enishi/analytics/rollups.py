"""Small sums beside each segment, so that common numbers need not open it.

Each segment has partner files of its own; a rollup over the log is the union of them. So it
is always as true as the manifest, grows with each seal, and is rebuilt by rewriting. To add
a rollup whose values can be merged (sums, counts, bitmaps, sketch states), add a query here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from enishi.analytics import parquet
from enishi.analytics.connection import Connection
from enishi.analytics.parquet import literal
from enishi.analytics.schema import Kind


class Rollup(StrEnum):
    """The rollups, each a folder of partner files."""

    DAILY = "daily"
    PEOPLE = "people"
    PUBLISHED = "published"
    RECEIVED = "received"
    REPORTED = "reported"
    MOVES = "moves"


ZONED = frozenset({Rollup.DAILY, Rollup.PEOPLE})
"""The rollups that are cut into the days of a workspace's time zone."""


_DAY = "CAST(occurred_at AT TIME ZONE 'UTC' AT TIME ZONE coalesce(zones.zone, 'UTC') AS DATE)"

KIND_OF_ACT = (
    "CASE WHEN type = 'Create' AND target_key <> '' THEN 'reply' "
    "WHEN type = 'Create' THEN 'post' ELSE object_type END"
)
"""What a row of the daily rollup counts, besides its type."""

_ACT = "CASE WHEN type = 'Undo' THEN object_type ELSE type END"

_RECEIVED = (
    "SELECT workspace_id, channel_id, occurred_at, "  # noqa: S608
    f"CASE {_ACT} WHEN 'Create' THEN target_key ELSE object_key END AS post, "
    f"CASE {_ACT} WHEN 'Like' THEN 'likes' WHEN 'Announce' THEN 'reshares' "
    "WHEN 'Create' THEN 'replies' END AS metric, "
    "CASE WHEN type = 'Undo' THEN -1 ELSE 1 END AS weight "
    "FROM {source} WHERE direction = 'inbound' "
    "AND type IN ('Like', 'Announce', 'Create', 'Undo')"
)
"""The acts that `metrics.engagement.on_posts` finds, for whatever post."""

QUERIES: Mapping[Rollup, str] = {
    Rollup.DAILY: (
        f"SELECT workspace_id, coalesce(zones.zone, 'UTC') AS zone, {_DAY} AS day, channel_id, "  # noqa: S608
        f"direction, type, {KIND_OF_ACT} AS kind, count(*) AS acts, "
        "max(occurred_at) AS last_at "
        "FROM {source} LEFT JOIN zones USING (workspace_id) GROUP BY ALL "
        "ORDER BY workspace_id, day"
    ),
    Rollup.PEOPLE: (
        f"SELECT workspace_id, coalesce(zones.zone, 'UTC') AS zone, {_DAY} AS day, channel_id, "  # noqa: S608
        "md5_number_lower(actor_key) AS person, count(*) AS acts "
        "FROM {source} LEFT JOIN zones USING (workspace_id) "
        "WHERE direction = 'inbound' AND actor_key <> '' GROUP BY ALL "
        "ORDER BY workspace_id, day"
    ),
    Rollup.PUBLISHED: (
        "SELECT workspace_id, channel_id, "
        "CASE WHEN object_key = '' THEN id ELSE object_key END AS post, occurred_at "
        "FROM {source} WHERE type = 'Create' AND direction = 'outbound' AND target_key = '' "
        "ORDER BY workspace_id, occurred_at"
    ),
    Rollup.RECEIVED: (
        "SELECT workspace_id, channel_id, post, metric, CAST(weight AS BIGINT) AS weight, "  # noqa: S608
        "count(*) AS acts, min(occurred_at) AS first_at, max(occurred_at) AS last_at, "
        f"list(occurred_at) AS times FROM ({_RECEIVED}) "
        "WHERE metric IS NOT NULL AND post <> '' GROUP BY ALL ORDER BY workspace_id, post, metric"
    ),
    Rollup.MOVES: (
        "SELECT workspace_id, channel_id, occurred_at, "
        "CAST(CASE WHEN type = 'Follow' THEN 1 ELSE -1 END AS BIGINT) AS move "
        "FROM {source} WHERE direction = 'inbound' AND (type = 'Follow' "
        "OR (type = 'Undo' AND object_type IN ('', 'Follow'))) "
        "ORDER BY workspace_id, occurred_at"
    ),
    Rollup.REPORTED: (
        "SELECT workspace_id, channel_id, subject, metric, "
        "arg_max(value, observed_at) AS value, max(observed_at) AS observed_at "
        "FROM {source} WHERE subject <> '' GROUP BY ALL ORDER BY workspace_id, metric, subject"
    ),
}
"""What each rollup holds.

`received` keeps the times of the acts: a post's last report may lie between any two of them.
`moves` is no sum but a narrow copy: an account's report may lie between any two follows.
`people` are who did something to us on each day, by 64 bits of a digest of their key: that two of
five million people have the same happens about once in a million logs.
"""


def of(kind: Kind) -> tuple[Rollup, ...]:
    """The rollups beside the segments of a kind."""
    observed = {Rollup.REPORTED}
    return tuple(one for one in Rollup if (one in observed) == (kind is Kind.OBSERVATION))


def path_for(rollup: Rollup, segment: str) -> str:
    """The partner file of a segment, relative to the lake."""
    return f"{rollup}/{segment.partition('/')[2]}"


def paths_for(segment: str) -> Iterator[str]:
    """All partner files of a segment."""
    return (path_for(rollup, segment) for rollup in of(Kind(segment.partition("/")[0])))


def complete(root: Path, rollup: Rollup, segments: Sequence[str]) -> bool:
    """Whether all segments have this partner file: older ones may lack a newer rollup."""
    return all((root / path_for(rollup, segment)).exists() for segment in segments)


def build(connection: Connection, root: Path, segment: str, zones: Mapping[UUID, str]) -> None:
    """Write the partner files of a segment."""
    source = parquet.table_of([root / segment])
    for rollup in of(Kind(segment.partition("/")[0])):
        sql = f"{zones_table(zones)} {QUERIES[rollup].format(source=source)}"
        parquet.write(connection, sql, root / path_for(rollup, segment))


def zones_table(zones: Mapping[UUID, str]) -> str:
    """The common table expression that the queries read the zones from."""
    rows = ", ".join(
        f"({literal(str(workspace))}, {literal(zone)})" for workspace, zone in zones.items()
    )
    source = f"VALUES {rows}" if rows else "SELECT NULL::VARCHAR, NULL::VARCHAR WHERE false"
    return f"WITH zones(workspace_id, zone) AS ({source})"


def zones_used(
    connection: Connection, root: Path, segments: Sequence[str]
) -> list[tuple[UUID, str]]:
    """The time zones in which days were cut, for each workspace."""
    source = parquet.table_of([root / path_for(Rollup.DAILY, segment) for segment in segments])
    rows = connection.rows(f"SELECT DISTINCT workspace_id, zone FROM {source}")  # noqa: S608
    return [(UUID(workspace), zone) for workspace, zone in rows]
