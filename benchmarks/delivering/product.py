"""Enishi's side of the benchmark, each step in a process with Django set up.

    python -m benchmarks.delivering.product STEP JSON

`seed` makes rows as scheduling makes them, due some day; `fire` lets them be due once the
workers are there and waits until all are settled; `claim` measures the look for due rows
beside a million of the future.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - after setup
from django.db import connection  # noqa: E402
from django.db.models import Max  # noqa: E402

from benchmarks.delivering.platform import ask  # noqa: E402
from enishi.accounts.models import Organisation, Workspace  # noqa: E402
from enishi.activities.models import Activity  # noqa: E402
from enishi.channels.contract import Secrets  # noqa: E402
from enishi.channels.models import Channel  # noqa: E402
from enishi.channels.service import store_secrets  # noqa: E402
from enishi.jobs.models import Worker  # noqa: E402
from enishi.jobs.sources import Stranded  # noqa: E402
from enishi.kernel import clock  # noqa: E402
from enishi.kernel.ids import new_id  # noqa: E402
from enishi.publishing import claiming, slot_watch  # noqa: E402
from enishi.publishing.core import keys  # noqa: E402
from enishi.publishing.delivery import DeliverySource  # noqa: E402
from enishi.publishing.models import Attempt, Delivery, Post, Variant  # noqa: E402

SOME_DAY = datetime(2090, 1, 1, tzinfo=UTC)
_WORKSPACES = 10
_NUMBERS = {
    "sqlite": (
        "(WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %d)"
        " SELECT n FROM numbers)"
    ),
    "postgresql": "generate_series(1, %d) AS all_of_them(n)",
}
_FUTURE = {
    "sqlite": {
        "id": "printf('%032x', {n})",
        "key": "printf('f%012d', {n})",
        "due_at": "datetime('2089-01-01', (numbers.n || ' seconds'))",
    },
    "postgresql": {
        "id": "lpad(to_hex({n}), 32, '0')::uuid",
        "key": "'f' || lpad(({n})::text, 12, '0')",
        "due_at": "timestamptz '2089-01-01' + numbers.n * interval '1 second'",
    },
}
"""What differs from the delivery that each is made like."""


def channels(count: int, service_url: str) -> list[Channel]:
    """Connected channels in ten workspaces."""
    organisation = Organisation.objects.create(name="Bench")
    workspaces = [
        Workspace.objects.create(organisation=organisation, name=f"W{n}", slug=f"w{n}")
        for n in range(_WORKSPACES)
    ]
    made = [
        Channel(
            workspace=workspaces[n % _WORKSPACES],
            adapter="loopback_key",
            service_url=service_url,
            name=f"C{n}",
            remote_id=f"c{n}",
            state="active",
            connected_at=clock.now(),
            next_read_at=SOME_DAY,
        )
        for n in range(count)
    ]
    Channel.objects.bulk_create(made)
    for channel in made:
        store_secrets(channel.id, Secrets({"access": "t", "refresh": "r"}))
    return made


def seed(deliveries: int, accounts: int, port: int) -> None:
    """One post with one variant and one delivery for each, due some day."""
    call_command("migrate", interactive=False, verbosity=0)
    made = channels(accounts, f"http://127.0.0.1:{port}")
    posts, variants, rows = [], [], []
    for number in range(deliveries):
        channel = made[number % accounts]
        post = Post(
            workspace_id=channel.workspace_id,
            text=f"Post {number} of a benchmark, about as long as such texts are. #benchmark",
            state="scheduled",
            due_at=SOME_DAY,
        )
        posts.append(post)
        variants.append(Variant(post=post, channel=channel))
        rows.append(
            Delivery(
                workspace_id=channel.workspace_id,
                post=post,
                channel=channel,
                kind="publish",
                key=keys.new_key(SOME_DAY),
                planned_at=SOME_DAY,
                due_at=SOME_DAY,
            )
        )
    for model, given in ((Post, posts), (Variant, variants), (Delivery, rows)):
        model.objects.bulk_create(given, batch_size=300)


def fire(workers: list[int], port: int, spread: float) -> None:
    """Let everything be due, over `spread` seconds; tell how it went."""
    _wait(lambda: Worker.objects.filter(stopped_at__isnull=True).count() >= len(workers))
    ids = list(Delivery.objects.filter(due_at=SOME_DAY).values_list("id", "key"))
    start = clock.now() + timedelta(seconds=2 + len(ids) / 10_000)
    due = {}
    if spread:
        rows = []
        for number, (identifier, key) in enumerate(ids):
            due[key] = start + timedelta(seconds=spread * number / len(ids))
            rows.append(Delivery(id=identifier, due_at=due[key], planned_at=due[key]))
        Delivery.objects.bulk_update(rows, ["due_at", "planned_at"], batch_size=200)
    else:
        Delivery.objects.filter(due_at=SOME_DAY).update(due_at=start, planned_at=start)
    if clock.now() > start:
        sys.exit("making them due took too long")
    time.sleep((start - clock.now()).total_seconds())
    started = sum(map(_cpu_seconds, workers))
    _wait(lambda: ask(port, "/count") >= len(ids))
    _wait(lambda: Delivery.objects.filter(state="published").count() >= len(ids))
    settled = Attempt.objects.aggregate(at=Max("ended_at"))["at"]
    by_key = {key: due.get(key, start).timestamp() for _id, key in ids}
    tell(
        due=by_key,
        started=started,
        settled=settled.timestamp() - start.timestamp(),
        outcomes=dict(Counter(Attempt.objects.values_list("outcome", flat=True))),
        activities=Activity.objects.filter(type="Create", direction="outbound").count(),
    )


def _cpu_seconds(pid: int) -> float:
    """What a process has used so far: starting is not what is measured."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _wait(done: Callable[[], bool], seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            sys.exit("it never ended")
        time.sleep(0.1)


def claim(future: int, due: int) -> None:
    """Milliseconds of what a worker asks again and again, beside rows of the future."""
    seed(due, 200, 1)
    begun = time.perf_counter()
    _schedule(future)
    seeded = time.perf_counter() - begun
    rows, nothing_due = Delivery.objects.count(), _milliseconds(_look)
    ours = Delivery.objects.filter(post__isnull=False)
    ours.filter(id__in=list(ours.values_list("id", flat=True)[:800])).update(due_at=clock.now())
    some_due = _milliseconds(_look)
    source, now = DeliverySource(), clock.now()
    nobody = Stranded(new_id(), [new_id()], now)
    tell(
        rows=rows,
        seeded=round(seeded, 1),
        nothing_due=nothing_due,
        some_due=some_due,
        recover=_milliseconds(lambda: source.recover(nobody, now)),
        backlog=_milliseconds(lambda: source.backlog(now)),
        slots=_milliseconds(slot_watch.tick),
        plan=claiming.DUE.plan(now=clock.now()),
    )


def _schedule(count: int) -> None:
    """Deliveries of the future, in one statement; indexes are built afterwards, which is quick."""
    numbers, changed = _NUMBERS[connection.vendor], _FUTURE[connection.vendor]
    each = count // 200
    names = [field.column for field in Delivery._meta.concrete_fields]  # noqa: SLF001
    other = {name: text.format(n=f"d.place * {each} + numbers.n") for name, text in changed.items()}
    other |= {"planned_at": other["due_at"], "post_id": "NULL", "kind": "'reply'"}
    table = "publishing_delivery"
    with connection.cursor() as cursor:
        indexes = _indexes(cursor, table)
        for name, _text in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}) "
            f"SELECT {', '.join(other.get(name, f'd.{name}') for name in names)} FROM "
            f"(SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM {table} LIMIT 200) AS d "
            f"CROSS JOIN (SELECT n FROM {numbers % each}) AS numbers"
        )
        for _name, text in indexes:
            cursor.execute(text)
        cursor.execute("ANALYZE")


def _indexes(cursor: Any, table: str) -> list[tuple[str, str]]:
    """Those that serve for finding, with the statements that make them."""
    if connection.vendor == "sqlite":
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s "
            "AND sql IS NOT NULL",
            [table],
        )
    else:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT IN "
            "(SELECT conname FROM pg_constraint)",
            [table],
        )
    return list(cursor.fetchall())


def _look() -> None:
    for _each in claiming.seen(clock.now()):
        pass


def _milliseconds(ask: Callable[[], object]) -> float:
    taken = []
    for _number in range(15):
        begun = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - begun) * 1000)
    return round(statistics.median(taken), 2)


def tell(**values: Any) -> None:
    """Hand the result to the process that asked."""
    sys.stdout.write(json.dumps(values) + "\n")


if __name__ == "__main__":
    {"seed": seed, "fire": fire, "claim": claim}[sys.argv[1]](**json.loads(sys.argv[2]))
