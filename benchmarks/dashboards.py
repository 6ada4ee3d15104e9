"""How soon each dashboard answers over a large log, as a query and as a page.

    python benchmarks/dashboards.py [--activities 1000000] [--samples 12] [--periods 28d 365d]
                                    [--home FOLDER]

A year of one workspace with eight channels is made by a seeded generator, sealed by the
product's own writer, settled as the worker does, and left with 1 % of it sealed since and
2,000 rows not sealed yet. Three ways of asking, on the product's default memory and threads:

- grown: one more activity was recorded since the last answer, and what was remembered has
  passed its time, so that every number is read anew (`board`: the query alone, `page`: with
  the page around it, through Django's client);
- again: the same page once more while nothing has changed;
- cold: a new process, up to its first answer, from the moment that Django is set up.

With `--home` the log is kept there, and used if it is there already.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
LIMITS = ((10_000_000, 300.0), (100_000_000, 1000.0))
TOLD = "dashboards.json"
Figures = dict[str, Any]


def set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enishi.site.settings")
    import django

    django.setup()


def clocked(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds that passed, and those of processors."""
    began, busy = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - began) * 1000, (time.process_time() - busy) * 1000


# ── The log ────────────────────────────────────────────────────────────────────────────


def prepare(home: Path, activities: int) -> None:
    """A workspace with a plan and a year of activities, settled as the worker does."""
    set_up()
    from django.core.management import call_command

    from benchmarks.dashing import log
    from benchmarks.seeding import Sizes, seed
    from enishi.accounts.models import Workspace
    from enishi.activities import settler
    from enishi.channels.models import Channel
    from enishi.strategy.models import Objective

    call_command("migrate", verbosity=0)
    found: Figures = dict(seed(Sizes(2_000, 10_000, 200)))
    workspace = Workspace.objects.get()
    channels = list(Channel.objects.order_by("name"))
    end = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    plan = log.Plan(workspace.id, [one.id for one in channels], activities, end)
    began = time.perf_counter()
    older, newer = log.fill(plan)
    found["made"] = time.perf_counter() - began
    log.name(older)
    began = time.perf_counter()
    settler.settle()
    found["settled"] = time.perf_counter() - began
    log.name(newer)
    found |= {
        "activities": activities,
        "files": len(older) + len(newer),
        "bytes": sum(file.bytes for file in (*older, *newer)),
        "channel": str(channels[0].id),
        "objective": str(Objective.objects.filter(metric="engagements").first().id),  # type: ignore[union-attr]
    }
    (home / TOLD).write_text(json.dumps(found))


# ── Asking ─────────────────────────────────────────────────────────────────────────────


def boards(told: Figures) -> dict[str, tuple[str, str | None, str]]:
    """Each dashboard: kind, subject, and its path below the workspace."""
    return {
        "overview": ("boss", None, "reports/"),
        "operation": ("operation", None, "reports/operation/"),
        "marketing": ("marketing", None, "reports/marketing/"),
        "channel": ("channel", told["channel"], f"reports/channel/{told['channel']}/"),
        "objective": ("objective", told["objective"], f"reports/objective/{told['objective']}/"),
    }


def askers(told: Figures, name: str, period: str) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """The query of a dashboard, and its page."""
    from django.test import Client

    from enishi.accounts.models import Workspace
    from enishi.accounts.permissions import Actor
    from enishi.reports import queries
    from enishi.reports.core.asking import Asked, BoardKind
    from enishi.reports.core.periods import Preset

    kind, subject, path = boards(told)[name]
    asked = Asked(BoardKind(kind), UUID(subject) if subject else None, Preset(period))
    actor = Actor.system(Workspace.objects.get().id)
    client = Client()
    client.cookies["sessionid"] = told["session"]

    def page() -> Any:
        answer = client.get(f"/w/{told['slug']}/{path}?period={period}")
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")

    return lambda: queries.board(actor, asked), page


def grow(told: Figures, number: int) -> None:
    """One more activity, and nothing remembered that is older."""
    from django.core.cache import cache

    from enishi.accounts.models import Workspace
    from enishi.activities.events import Direction, NewActivity
    from enishi.activities.log import record
    from enishi.kernel import clock

    channel = UUID(told["channel"])
    record(
        [
            NewActivity(
                Workspace.objects.get().id, "Like", f"grown-{number}-{os.getpid()}", str(channel),
                clock.now(), channel, Direction.INBOUND, "somebody", object_key="post-1",
            )
        ]
    )  # fmt: skip
    cache.clear()


def measure(home: Path, samples: int, periods: list[str]) -> Figures:
    """Every dashboard in one process that has answered before."""
    told = json.loads((home / TOLD).read_text())
    set_up()
    found: Figures = {}
    for period in periods:
        for name in boards(told):
            board, page = askers(told, name, period)
            page()
            ways: dict[str, list[tuple[float, float]]] = {"board": [], "page": [], "again": []}
            for number in range(samples):
                grow(told, number)
                ways["board"].append(clocked(board))
                grow(told, number + samples)
                ways["page"].append(clocked(page))
                ways["again"].append(clocked(page))
            found[f"{name}, {period}"] = {
                way: {
                    "p50": statistics.median(wall for wall, _ in times),
                    "p95": sorted(wall for wall, _ in times)[int(len(times) * 0.95)],
                    "cpu": statistics.median(cpu for _, cpu in times),
                }
                for way, times in ways.items()
            }
            print(name, period, json.dumps(found[f"{name}, {period}"]), file=sys.stderr)
    return found | {"peak": peak()}


def cold(home: Path, name: str, period: str) -> Figures:
    """A dashboard in a process that has not answered anything."""
    told = json.loads((home / TOLD).read_text())
    set_up()
    _, page = askers(told, name, period)
    wall, cpu = clocked(page)
    return {"wall": wall, "cpu": cpu, "peak": peak()}


def peak() -> float:
    """The most resident memory of this process so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# ── The run ────────────────────────────────────────────────────────────────────────────


def child(home: Path, *words: str) -> Figures:
    """What this program answers in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--home", str(home), *words],
        env=os.environ | {"ENISHI_HOME": str(home)},
        stdout=subprocess.PIPE,
        check=True,
    )
    answer: Figures = json.loads(done.stdout or b"{}")
    return answer


def rows_of(warm: Figures, colds: Figures) -> Iterator[str]:
    for key, ways in warm.items():
        if key == "peak":
            continue
        cells = [
            f"{ways[way]['p50']:.0f} / {ways[way]['p95']:.0f}" for way in ("board", "page", "again")
        ]
        first = f"{colds[key]['wall']:.0f}" if key in colds else "–"
        yield f"| {key} | " + " | ".join(cells) + f" | {ways['page']['cpu']:.0f} | {first} |"


def show(told: Figures, warm: Figures, colds: Figures) -> None:
    size, count = told["bytes"], told["activities"]
    print(
        f"\n{count:,} activities in {told['files']} files of {size / 1e6:,.0f} MB, made in "
        f"{told['made']:.0f} s, settled in {told['settled']:.1f} s; "
        f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}\n"
    )
    print("| dashboard | board p50 / p95 ms | page p50 / p95 ms | again p50 / p95 ms "
          "| CPU of a page ms | cold ms |\n|---|---:|---:|---:|---:|---:|")  # fmt: skip
    print("\n".join(rows_of(warm, colds)))
    peaks = [warm["peak"], *(one["peak"] for one in colds.values())]
    print(f"\nPeak resident memory of a process: {max(peaks):,.0f} MB.")
    limit = next((limit for most, limit in LIMITS if count <= most), None)
    if limit is not None:
        worst = max(one["board"]["p95"] for key, one in warm.items() if key != "peak")
        verdict = "met" if worst <= limit else "missed"
        print(f"Aim: each board read anew in at most {limit:.0f} ms (p95): {verdict}.")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--activities", type=int, default=1_000_000)
    parser.add_argument("--samples", type=int, default=12)
    parser.add_argument("--periods", nargs="+", default=["28d", "365d"])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--part", choices=["prepare", "warm", "cold"], help=argparse.SUPPRESS)
    parser.add_argument("--board", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.part == "prepare":
        prepare(chosen.home, chosen.activities)
    elif chosen.part == "warm":
        print(json.dumps(measure(chosen.home, chosen.samples, chosen.periods)))
    elif chosen.part == "cold":
        print(json.dumps(cold(chosen.home, chosen.board, chosen.periods[0])))
    else:
        run(chosen)


def run(chosen: argparse.Namespace) -> None:
    home = chosen.home or Path(tempfile.mkdtemp(prefix="enishi-dashboards-"))
    try:
        if not (home / TOLD).exists():
            home.mkdir(parents=True, exist_ok=True)
            child(home, "--part", "prepare", "--activities", str(chosen.activities))
        told = json.loads((home / TOLD).read_text())
        warm = child(
            home, "--part", "warm", "--samples", str(chosen.samples), "--periods", *chosen.periods
        )
        colds = {
            f"{name}, {period}": child(home, "--part", "cold", "--board", name, "--periods", period)
            for name in boards(told)
            for period in chosen.periods[:1]
        }
        show(told, warm, colds)
    finally:
        if chosen.home is None:
            shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
