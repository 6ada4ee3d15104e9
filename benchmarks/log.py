"""How fast the activity log takes in, seals and counts.

    python benchmarks/log.py [--activities 10000000] [--page-activities 1000000]

Everything happens in a data folder of its own, on SQLite or on ENISHI_DATABASE_URL (an
empty database). The generator is seeded: one workspace, eight channels, a year, 60 % likes.
KPI queries are run raw and, where a rollup serves them, by rollup in the same run; "first"
includes making the SQL, "CPU" is the processor time of one call, which a busy machine does
not stretch. Medians of seven. Memory and threads are the product's defaults.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

SEED = 20260101
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
POSTS = 10_000
WORKSPACE = UUID("01940000-0000-7000-8000-000000000001")
CHANNELS = [UUID(f"01940000-0000-7000-8000-0000000000c{number}") for number in range(8)]
TYPES = (("Like", 60), ("Announce", 10), ("Create", 12), ("Follow", 13), ("Undo", 5))
KEYS = (
    "followers",
    "follower_growth",
    "posts",
    "likes",
    "replies",
    "engagements",
    "engagement_rate_by_reach",
    "engagement_rate_by_followers",
    "average_engagement_rate_by_impressions",
)
ROLLED = {key for key in KEYS if not key.startswith("follower")}
Row = tuple[str, str]


def acts_sql(total: int, first: datetime, last: datetime, start: int) -> str:
    """Rows of the activities table, made by DuckDB: row `i` is the same in every run."""
    types = "CASE " + " ".join(
        f"WHEN u < {sum(share for _, share in TYPES[: at + 1])} THEN '{name}'"
        for at, (name, _) in enumerate(TYPES)
    )
    channels = ", ".join(f"'{channel}'" for channel in CHANNELS)
    span = int((last - first).total_seconds())
    return f"""
    WITH seeds AS (
        SELECT i, md5(concat('{SEED}:', i)) AS h,
               (hash(i + {SEED}) % 1000000007) / 1000000007.0 AS r,
               CAST(hash(i * 7 + {SEED}) % 100 AS INT) AS u,
               CAST(hash(i * 11 + {SEED}) % 8 AS INT) AS c,
               CAST(floor({POSTS} * pow((hash(i * 13 + {SEED}) % 99991) / 99991.0, 3)) AS INT) AS p
        FROM range({start}, {start + total}) t(i)),
    timed AS (
        SELECT *, TIMESTAMP '{first:%Y-%m-%d}' + to_milliseconds(CAST(r * {span} * 1000 AS BIGINT))
               AS moment, {types} END AS type FROM seeds),
    told AS (
        SELECT *, 'did:plc:' || substr(md5(concat('person', p * 31 + u)), 1, 24) AS who,
               'at://did:plc:kissa/app.feed.post/' || lpad(p::VARCHAR, 8, '0') AS post,
               'at://' || substr(h, 1, 24) || '/app.feed.act/' || substr(h, 10, 13) AS key
        FROM timed)
    SELECT substr(x, 1, 8) || '-' || substr(x, 9, 4) || '-7' || substr(h, 1, 3) || '-8'
           || substr(h, 4, 3) || '-' || substr(h, 7, 12) AS id,
           '{WORKSPACE}' AS workspace_id, ([{channels}])[c + 1] AS channel_id,
           NULL::VARCHAR AS user_id, moment AS occurred_at, moment AS recorded_at, type,
           'inbound' AS direction, ([{channels}])[c + 1] AS source, key, who AS actor_key,
           'Person ' || substr(who, 9, 6) AS actor_name,
           CASE type WHEN 'Undo' THEN 'Like' ELSE 'Note' END AS object_type,
           CASE WHEN type = 'Create' THEN key ELSE post END AS object_key,
           CASE WHEN type = 'Create' THEN post ELSE '' END AS target_key,
           CASE WHEN type = 'Create' THEN 'おいしいコーヒーでした ' || substr(h, 1, 12) ELSE '' END
               AS text, 'ja' AS language, '' AS via,
           '{{"type":"' || type || '","id":"' || key || '","actor":{{"type":"Person","id":"' || who
           || '","name":"Person ' || substr(who, 9, 6) || '"}},"object":"' || post
           || '","published":"' || strftime(moment, '%Y-%m-%dT%H:%M:%SZ') || '"}}' AS document_json
    FROM (SELECT *, lower(lpad(to_hex(epoch_ms(moment)), 12, '0')) AS x FROM told)
    """


def posts_sql() -> str:
    """Our own posts, spread over the year."""
    inner = acts_sql(POSTS, YEAR, YEAR + 365 * DAY, 900_000_000)
    post = (
        "'at://did:plc:kissa/app.feed.post/' "
        "|| lpad((row_number() OVER (ORDER BY id) - 1)::VARCHAR, 8, '0')"
    )
    return (
        f"SELECT * REPLACE ('Create' AS type, 'outbound' AS direction, {post} AS object_key, "
        f"'' AS target_key) FROM ({inner})"
    )


def reports_sql() -> str:
    """Followers of each channel four times a day, five metrics of each post, twice."""
    channels = ", ".join(f"'{channel}'" for channel in CHANNELS)
    naming = f"uuid()::VARCHAR AS id, '{WORKSPACE}' AS workspace_id"
    return f"""
    SELECT {naming}, ([{channels}])[i % 8 + 1] AS channel_id, '' AS subject,
           'followers' AS metric, (1000 + i)::DOUBLE AS value,
           TIMESTAMP '2026-01-01' + to_hours(CAST(i / 8 AS INT) * 6) AS observed_at,
           TIMESTAMP '2026-12-31' AS recorded_at, 'bench' AS source
    FROM range(0, {8 * 4 * 365}) t(i)
    UNION ALL
    SELECT {naming}, NULL, 'at://did:plc:kissa/app.feed.post/' || lpad(p::VARCHAR, 8, '0'),
           m, (hash(p + length(m)) % 900 + 100)::DOUBLE * k,
           TIMESTAMP '2026-01-01' + to_hours(CAST(p * 8760 / {POSTS} AS INT) + 24 * k),
           TIMESTAMP '2026-12-31', 'bench'
    FROM range(0, {POSTS}) t(p), unnest(['likes', 'quotes', 'reach', 'impressions', 'views']) n(m),
         range(1, 3) r(k)
    """


def fill(total: int, *, months: int = 12) -> tuple[int, float]:
    """A lake of so many activities in segments; returns its bytes and the seconds it took."""
    from enishi.activities import lakehouse, manifest
    from enishi.analytics.schema import Kind

    began, writer, each = time.perf_counter(), lakehouse.writer(), total // months
    for month in range(months):
        first = datetime(2026, month + 1, 1, tzinfo=UTC)
        last = datetime(2026 + (month + 1) // 12, (month + 1) % 12 + 1, 1, tzinfo=UTC)
        files = writer.write_query(Kind.ACTIVITY, acts_sql(each, first, last, month * each))
        with manifest.change():
            manifest.add(files)
    with manifest.change():
        manifest.add(writer.write_query(Kind.ACTIVITY, posts_sql()))
        manifest.add(writer.write_query(Kind.OBSERVATION, reports_sql()))
    return lake_bytes(), time.perf_counter() - began


def lake_bytes() -> int:
    """The bytes of all sealed activities."""
    from enishi.activities.models import Segment

    return sum(Segment.objects.filter(kind="activities").values_list("bytes", flat=True))


def new_activities(count: int, *, source: str = "bench") -> list[object]:
    """Activities as adapters give them, with their documents."""
    from enishi.activities.log import Direction, NewActivity

    chance = random.Random(SEED)
    made: list[object] = []
    for number in range(count):
        at = YEAR + timedelta(seconds=chance.randrange(364 * 86_400))
        who, post = (
            f"did:plc:{chance.getrandbits(96):024x}",
            f"at://us/post/{chance.randrange(999)}",
        )
        key = f"at://{who}/app.feed.like/{chance.getrandbits(64):016x}"
        person = {"type": "Person", "id": who, "name": f"Person {number % 977}"}
        document = {"type": "Like", "id": key, "actor": person, "object": post}
        made.append(
            NewActivity(
                WORKSPACE, "Like", key, source, at, CHANNELS[number % 8], Direction.INBOUND,
                who, person["name"], "Note", post, document=document,
            )
        )  # fmt: skip
    return made


def clocked(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def intake() -> list[Row]:
    """Recording, sealing and importing."""
    from django.db import transaction

    from enishi.activities import bulk, lakehouse, sealer
    from enishi.activities.log import record

    lakehouse.connection()

    def one_by_one(rows: list[object]) -> None:
        for row in rows:
            with transaction.atomic():
                record([row])  # type: ignore[list-item]

    def together(rows: list[object]) -> None:
        for start in range(0, len(rows), 500):
            record(rows[start : start + 500])

    singles, many = new_activities(2_000, source="one"), new_activities(100_000, source="many")
    imported = new_activities(200_000, source="import")
    single, several = clocked(lambda: one_by_one(singles)), clocked(lambda: together(many))
    known = clocked(lambda: together(many[:20_000]))
    drained = clocked(sealer.seal_all)
    per_row = lake_bytes() / 102_000
    known_sealed = clocked(lambda: together(many[:20_000]))
    taken = clocked(lambda: bulk.bulk_import(WORKSPACE, "bench", imported))
    again = clocked(lambda: bulk.bulk_import(WORKSPACE, "bench", imported))
    return [
        ("record, one per transaction", f"{2_000 / single:,.0f} /s"),
        ("record, 500 per transaction", f"{100_000 / several:,.0f} /s"),
        ("record again, all known, hot", f"{20_000 / known:,.0f} /s"),
        ("record again, all known, sealed", f"{20_000 / known_sealed:,.0f} /s"),
        ("drain of 102,000 hot rows into segments", f"{drained:.2f} s"),
        ("bulk import of 200,000", f"{200_000 / taken:,.0f} /s"),
        ("the same import again", f"{200_000 / again:,.0f} /s"),
        ("bytes per activity in the lake, with its document", f"{per_row:.0f}"),
    ]


def pages(total: int) -> list[Row]:
    """The log page over sealed rows and a hot tail."""
    from enishi.accounts.permissions import Actor
    from enishi.activities import queries
    from enishi.activities.explorer import Filters
    from enishi.activities.log import record

    fill(total)
    record(new_activities(20_000, source="hot"))
    actor = Actor.system(WORKSPACE)
    first = queries.page(actor)
    deep = str(queries.page(actor, Filters(last=date(2026, 6, 1))).next)
    one = first.rows[0]
    sealed = queries.page(actor, before=deep).rows[0].id
    asked: dict[str, Callable[[], object]] = {
        "newest": lambda: queries.page(actor),
        "half a year back": lambda: queries.page(actor, before=deep),
        "one type": lambda: queries.page(actor, Filters(types=("Follow",))),
        "words in all texts": lambda: queries.page(actor, Filters(text="コーヒーでした 00")),
        "one activity": lambda: queries.activity(actor, sealed),
        "related": lambda: queries.related(actor, one),
    }
    rows = []
    for name, ask in asked.items():
        times = sorted(clocked(ask) * 1000 for _ in range(20))
        shown = f"{statistics.median(times):.0f} / {times[18]:.0f} ms"
        rows.append((f"log page at {total + 20_000:,} activities, {name}: p50 / p95", shown))
    return rows


def kpis(total: int) -> list[Row]:
    """KPI queries over everything, ninety days and the year."""
    from enishi.activities import queries, settler
    from enishi.analytics.kpi import KPIS, Scope, Window

    size, seconds = fill(total)
    settled = clocked(settler.settle)
    rows = [
        (f"lake of {total:,} activities", f"{size / 1e6:,.0f} MB, {size / total:.0f} bytes each"),
        ("made and sealed by DuckDB in", f"{seconds:.0f} s"),
        ("results settled ahead in", f"{settled:.1f} s"),
    ]
    opened = clocked(lambda: queries.lake([WORKSPACE]))
    rows.append(("opening the lake", f"{opened * 1000:.0f} ms"))
    lake, scope = queries.lake([WORKSPACE]), Scope(WORKSPACE)
    windows = {
        "90 days": Window(date(2026, 8, 1), date(2026, 10, 29)),
        "year": Window(date(2026, 1, 1), date(2026, 12, 31)),
    }
    for key in KEYS:
        for span, window in windows.items():
            shown = []
            for name in ("rollup", "raw") if key in ROLLED else ("raw",):
                lake.uses_rollups = name == "rollup"
                ask = lambda: KPIS[key].value(lake, scope, window)  # noqa: B023, E731
                first, before = clocked(ask) * 1000, time.process_time()
                median = statistics.median(clocked(ask) * 1000 for _ in range(7))
                busy = (time.process_time() - before) / 7 * 1000
                shown.append(f"{name} {median:.0f} ms (CPU {busy:.0f}, first {first:.0f})")
            rows.append((f"{key}, {span}", ", ".join(shown)))
    return rows


def fresh() -> None:
    """An empty log."""
    from enishi.activities import lakes, manifest
    from enishi.activities.models import Activity, Observation, Segment

    with manifest.change():
        for model in (Activity, Observation, Segment):
            model.objects.all().delete()
    lakes.close_all()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--activities", type=int, default=10_000_000)
    parser.add_argument("--page-activities", type=int, default=1_000_000)
    parser.add_argument("--only", nargs="*", choices=["intake", "pages", "kpis"])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="enishi-log-") as home:
        os.environ["ENISHI_HOME"] = home
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enishi.site.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        rows = []
        parts = {
            "intake": intake,
            "pages": lambda: pages(chosen.page_activities),
            "kpis": lambda: kpis(chosen.activities),
        }
        for part in chosen.only or parts:
            found = parts[part]()
            print(*(f"{name}: {figure}" for name, figure in found), sep="\n", file=sys.stderr)
            rows += found
            fresh()
        print(f"| measured ({len(os.sched_getaffinity(0))} cores, load "
              f"{os.getloadavg()[0]:.1f}) | figure |\n|---|---|")  # fmt: skip
        print("\n".join(f"| {name} | {figure} |" for name, figure in rows))


if __name__ == "__main__":
    main()
