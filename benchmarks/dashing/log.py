"""A seeded log of any size for a workspace, made by DuckDB and sealed by the product's writer.

A year that ends today. People act mostly on what was posted lately; few act often and many
once. A third of what they write is answered. Documents are left out: no number reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from enishi.activities import lakehouse, manifest
from enishi.analytics.connection import Connection
from enishi.analytics.schema import Kind
from enishi.analytics.segments import SegmentFile, Writer

SEED = 20260101
DAYS = 365
FILE_ROWS = 2_500_000
"""About what compaction makes of small files."""
NEWEST_SHARE = 0.01
"""What the settled results do not cover yet; the worker settles anew at 2 %."""
_TYPES = (
    ("Like", 600), ("Announce", 100), ("Create", 120), ("Follow", 130), ("Undo", 30),
    ("schema:RegisterAction", 10), ("schema:BuyAction", 5), ("schema:SearchAction", 5),
)  # fmt: skip
_PER_POST = ("likes", "replies", "quotes", "saves", "reach", "impressions", "views", "clicks")
_NOTED = ("spend", "labour_cost", "revenue", "gross_profit", "branded_searches", "ideas")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of what, for whom."""

    workspace: UUID
    channels: Sequence[UUID]
    total: int
    end: datetime

    @property
    def start(self) -> datetime:
        return self.end - timedelta(days=DAYS)

    @property
    def posts(self) -> int:
        return max(100, self.total // 1000)

    @property
    def people(self) -> int:
        return max(100, self.total // 20)

    @property
    def shared(self) -> dict[str, object]:
        return {
            "seed": SEED,
            "workspace": self.workspace,
            "posts": self.posts,
            "people": self.people,
            "channels": len(self.channels),
            "names": "[" + ", ".join(f"'{one}'" for one in self.channels) + "]",
            "start": f"TIMESTAMP '{self.start:%Y-%m-%d %H:%M:%S}'",
            "step": DAYS * 86_400 * 1_000_000 / self.total,
            "post_step": DAYS * 86_400 * 1_000_000 / self.posts,
            "types": " ".join(
                f"WHEN u < {sum(share for _, share in _TYPES[: at + 1])} THEN '{name}'"
                for at, (name, _) in enumerate(_TYPES)
            ),
        }


def fill(plan: Plan, *, memory: str = "4GB") -> tuple[list[SegmentFile], list[SegmentFile]]:
    """Write the log; the older files, then the newest, which the manifest does not name yet."""
    connection = Connection(memory=memory, spill=lakehouse.root() / "spill")
    try:
        writer = Writer(lakehouse.root(), connection, lakehouse.zones())
        newest = int(plan.total * (1 - NEWEST_SHARE))
        older = writer.write_query(Kind.ACTIVITY, _posts(plan))
        older += writer.write_query(Kind.OBSERVATION, _reports(plan))
        for first, last in _chunks(plan, newest):
            older += writer.write_query(Kind.ACTIVITY, _acts(plan, first, last))
        newer = []
        for first in range(newest, plan.total, max(1, (plan.total - newest) // 3)):
            last = min(plan.total, first + max(1, (plan.total - newest) // 3))
            newer += writer.write_query(Kind.ACTIVITY, _acts(plan, first, last))
    finally:
        connection.close()
    return older, newer


def name(files: Sequence[SegmentFile]) -> None:
    """Let files count."""
    with manifest.change():
        manifest.add(files)


def _chunks(plan: Plan, until: int) -> Iterator[tuple[int, int]]:
    """Ranges of rows, none longer than a file and none across the end of a month."""
    first = 0
    while first < until:
        moment = plan.start + (plan.end - plan.start) * (first / plan.total)
        month = datetime(moment.year + moment.month // 12, moment.month % 12 + 1, 1, tzinfo=UTC)
        share = (month - plan.start) / (plan.end - plan.start)
        last = min(until, first + FILE_ROWS, max(first + 1, int(share * plan.total) + 1))
        yield first, last
        first = last


def _acts(plan: Plan, first: int, last: int) -> str:
    """What people did, and our answers: row `i` is the same in every run."""
    return _ACTS.format(first=first, last=last, **plan.shared)


_ACTS = """
    WITH dice AS (
        SELECT i, {start} + to_microseconds(CAST(i * {step} AS BIGINT)) AS moment,
               CAST(hash(i * 7 + {seed}) % 1000 AS INT) AS u,
               (hash(i * 13 + {seed}) % 1000003) / 1000003.0 AS v,
               (hash(i * 17 + {seed}) % 1000003) / 1000003.0 AS w,
               CAST(hash(i * 19 + {seed}) % 100 AS INT) AS x
        FROM range({first}, {last}) t(i)),
    acts AS (
        SELECT *, CASE {types} END AS type,
               greatest(0, CAST(floor(i * {step} / {post_step} * (1 - v * v * v)) AS BIGINT)) AS p,
               'person-' || CAST(floor({people} * w * w) AS BIGINT) AS who, FROM dice),
    told AS (
        SELECT *, ({names})[CAST(p % {channels} AS INT) + 1] AS channel, 'post-' || p AS post,
               type = 'Create' AND x < 20 AS mention FROM acts),
    rows AS (
        SELECT i, moment, channel, type, 'inbound' AS direction, 'act-' || i AS key, who,
               CASE type WHEN 'Undo' THEN CASE WHEN x < 50 THEN 'Like' ELSE 'Follow' END
                         ELSE 'Note' END AS object_type,
               CASE WHEN type = 'Create' THEN 'act-' || i WHEN type = 'Follow' THEN 'us'
                    ELSE post END AS object_key,
               CASE WHEN type = 'Create' AND NOT mention THEN post ELSE '' END AS target FROM told
        UNION ALL
        SELECT i, moment + to_minutes(CAST(1 + x * x / 2 AS INT)), channel, 'Create', 'outbound',
               'answer-' || i, '', 'Note', 'answer-' || i, 'act-' || i
        FROM told WHERE type = 'Create' AND x % 3 = 0)
    SELECT printf('%08x-%04x-7%03x-%s-%012x', epoch_ms(moment) >> 16, epoch_ms(moment) & 65535,
                  CAST(hash(i + {seed}) % 4096 AS INT),
                  CASE direction WHEN 'inbound' THEN '8000' ELSE '9000' END, i) AS id,
           '{workspace}' AS workspace_id, channel AS channel_id, NULL::VARCHAR AS user_id,
           moment AS occurred_at, moment AS recorded_at, type, direction, channel AS source, key,
           who AS actor_key, who AS actor_name, object_type, object_key, target AS target_key,
           CASE WHEN type = 'Create' THEN 'おいしいコーヒーでした' ELSE '' END AS text,
           'ja' AS language, '' AS via, '' AS document_json
    FROM rows
    """


def _posts(plan: Plan) -> str:
    """Our own posts, one after the other."""
    return """
    WITH posts AS (
        SELECT p, {start} + to_microseconds(CAST(p * {post_step} AS BIGINT)) AS moment,
               ({names})[CAST(p % {channels} AS INT) + 1] AS channel, 'post-' || p AS post
        FROM range({posts}) t(p))
    SELECT printf('%08x-%04x-7000-a000-%012x', epoch_ms(moment) >> 16, epoch_ms(moment) & 65535, p)
               AS id, '{workspace}' AS workspace_id, channel AS channel_id,
           NULL::VARCHAR AS user_id, moment AS occurred_at, moment AS recorded_at,
           'Create' AS type, 'outbound' AS direction, channel AS source, post AS key,
           '' AS actor_key, '' AS actor_name, 'Note' AS object_type, post AS object_key,
           '' AS target_key, '【新商品】コーヒー豆が入荷しました？' AS text, 'ja' AS language,
           '' AS via, '' AS document_json FROM posts
    """.format(**plan.shared)


def _reports(plan: Plan) -> str:
    """Followers four times a day; each post's numbers after one and after two days; notes."""
    return """
    WITH told AS (
        SELECT ({names})[CAST(i % {channels} AS INT) + 1] AS channel, '' AS subject,
               'followers' AS metric, (1000 + i)::DOUBLE AS value,
               {start} + to_hours(CAST(i // {channels} * 6 AS INT)) AS moment
        FROM range({channels} * 4 * {days}) t(i)
        UNION ALL
        SELECT ({names})[CAST(p % {channels} AS INT) + 1], 'post-' || p, m,
               CAST(hash(p * 31 + length(m) + {seed}) % 900 + 100 AS DOUBLE) * k,
               {start} + to_microseconds(CAST(p * {post_step} AS BIGINT)) + to_hours(24 * k)
        FROM range({posts}) t(p), unnest({per_post}) n(m), range(1, 3) r(k)
        UNION ALL
        SELECT NULL, CASE m WHEN 'branded_searches' THEN '' ELSE m || '-' || d END, m,
               CAST(hash(d * 37 + length(m) + {seed}) % 90000 + 1000 AS DOUBLE),
               {start} + to_hours(CAST(d * 24 + 3 AS INT))
        FROM range({days}) t(d), unnest({noted}) n(m)
        UNION ALL
        SELECT NULL, 'asked-' || i, CASE WHEN i % 2 = 0 THEN 'nps' ELSE 'csat' END,
               CAST(hash(i + {seed}) % CASE WHEN i % 2 = 0 THEN 11 ELSE 5 END AS DOUBLE),
               {start} + to_hours(CAST(i AS INT))
        FROM range({days} * 23) t(i)
        UNION ALL
        SELECT NULL, r, 'rival_mentions', CAST(hash(d + length(r)) % 500 AS DOUBLE),
               {start} + to_hours(CAST(d * 24 + 3 AS INT))
        FROM range({days}) t(d), unnest(['Northwind', 'Kitakaze']) n(r))
    SELECT uuid()::VARCHAR AS id, '{workspace}' AS workspace_id, channel AS channel_id, subject,
           metric, value, moment AS observed_at, moment AS recorded_at, 'bench' AS source
    FROM told WHERE moment < {end}
    """.format(
        **plan.shared,
        days=DAYS,
        per_post=list(_PER_POST),
        noted=list(_NOTED),
        end=f"TIMESTAMP '{plan.end:%Y-%m-%d %H:%M:%S}'",
    )
