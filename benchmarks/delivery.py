"""How fast deliveries go out, through the whole product path, beside plain Celery and Huey.

    python benchmarks/delivery.py [--quick] [--only sqlite,postgres,celery,huey,minute,claim]
                                  [--keep FILE]

A platform on loopback answers each POST after 200 ms. Everything else of Enishi is the
product: rows, attempt rows, worker processes, the adapter with its tokens, the HTTP client,
the log. All deliveries of 200 accounts are due in the same second. Lateness is arrival at the
platform minus due time; CPU seconds are those of the workers.

Celery (Redis) and Huey (SQLite) send the same messages to the same platform. Theirs wait in
the queue before their worker starts, and their clock starts at their first call. They keep no
schedule, no attempts and no log: the comparison is in their favour.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.delivering.platform import ask  # noqa: E402 - the folder is known only now
from tests.lab import processes  # noqa: E402
from tests.lab.loopback import PYTHON_PATH  # noqa: E402
from tests.lab.postgres import postgres_server  # noqa: E402
from tests.lab.redis import redis_server  # noqa: E402

ACCOUNTS = 200
MILLISECONDS = 200
IN_FLIGHT = 400
"""How many threads the others get: as many as Enishi sends to one server at a time."""
PARTS = ("sqlite", "postgres", "celery", "huey", "minute", "claim")


@dataclass
class Used:
    """What finished worker processes took."""

    cpu: float = 0.0
    memory: float = 0.0


@dataclass
class Measured:
    """One line of the table."""

    name: str
    late: list[float]
    seconds: float
    used: Used
    remarks: list[str] = field(default_factory=list)

    def row(self) -> tuple[str, ...]:
        late = sorted(self.late)
        return (
            self.name,
            str(len(late)),
            f"{len(late) / late[-1]:.0f}",
            f"{self.seconds:.1f}",
            f"{late[len(late) // 2]:.2f}",
            f"{late[int(len(late) * 0.99)]:.2f}",
            f"{self.used.cpu:.1f}",
            f"{self.used.memory:.0f}",
            "; ".join(self.remarks),
        )


HEAD = (
    "engine",
    "deliveries",
    "per s",
    "all settled s",
    "late p50 s",
    "late p99 s",
    "CPU s",
    "MB",
    "remarks",
)


@contextmanager
def platform() -> Iterator[int]:
    """The loopback network; the value is its port."""
    port = processes.free_port()
    words = ["-m", "benchmarks.delivering.platform", str(port), str(MILLISECONDS)]
    command = processes.bound_to_us([sys.executable, *words])
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with (
        tempfile.TemporaryDirectory() as folder,
        processes.server(
            command,
            log=Path(folder) / "log",
            ready=lambda: processes.listens(port),
            environment=environment,
        ),
    ):
        yield port


def product_environment(home: Path, database: str) -> dict[str, str]:
    """The product's variables; its adapter for the platform is found by entry point."""
    source = str(ROOT / "src")
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "enishi.site.settings",
        "ENISHI_HOME": str(home),
        "ENISHI_DATABASE_URL": database,
        "ENISHI_ALLOWED_NETWORKS": "127.0.0.0/8",
        "PYTHONPATH": os.pathsep.join([source, PYTHON_PATH]),
    }


class Workers:
    """Worker processes; what they used is known when they have ended."""

    def __init__(self, command: list[str], environment: Mapping[str, str], count: int) -> None:
        self.used = Used()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed on exit
        self._running = [
            subprocess.Popen(
                processes.bound_to_us(command),
                env=environment,
                stdout=self._log,
                stderr=self._log,
            )
            for _number in range(count)
        ]

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self._running]

    def check(self) -> None:
        """Say what went wrong when one of them has ended."""
        if any(process.poll() is not None for process in self._running):
            self._log.seek(0)
            sys.exit("a worker ended: " + self._log.read().decode(errors="replace")[-2000:])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for process in self._running:
            process.send_signal(signal.SIGTERM)
        for process in self._running:
            if process.returncode is not None:
                continue  # it ended by itself, which was noticed
            _pid, status, taken = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.used.cpu += taken.ru_utime + taken.ru_stime
            self.used.memory += taken.ru_maxrss / 1024
        self._log.close()


def step(
    name: str, environment: Mapping[str, str], crew: Workers | None = None, **values: Any
) -> Any:
    """Run one of the steps of `product`, as long as its workers run; what it tells."""
    command = [sys.executable, "-m", "benchmarks.delivering.product", name, json.dumps(values)]
    pipe = subprocess.PIPE
    running = subprocess.Popen(
        processes.bound_to_us(command), env=environment, stdout=pipe, stderr=pipe, text=True
    )
    while True:
        try:
            output, problem = running.communicate(timeout=0.5)
            break
        except subprocess.TimeoutExpired:
            if crew is not None:
                crew.check()
    if running.returncode:
        sys.exit(problem[-3000:])
    return json.loads(output) if output else None


def enishi(
    name: str, database: str, *, count: int, deliveries: int, spread: float = 0.0
) -> Measured:
    """Deliveries by our own workers."""
    with tempfile.TemporaryDirectory() as home, platform() as port:
        environment = product_environment(Path(home), database)
        step("seed", environment, deliveries=deliveries, accounts=ACCOUNTS, port=port)
        command = [sys.executable, "-m", "enishi.site.worker"]
        with Workers(command, environment, count) as crew:
            told = step("fire", environment, crew, workers=crew.pids, port=port, spread=spread)
        used = replace(crew.used, cpu=crew.used.cpu - told["started"])
        arrivals = ask(port, "/arrivals")
    keys = Counter(key.partition(".")[0] for key, _at in arrivals)
    late = [at - told["due"][key.partition(".")[0]] for key, at in arrivals]
    remarks = [f"{sum(keys.values()) - len(keys)} doubled", f"{told['activities']} in the log"]
    remarks += [f"{n} {name}" for name, n in told["outcomes"].items() if name != "done"]
    return Measured(name, late, told["settled"], used, remarks)


def rival(name: str, command: list[str], environment: dict[str, str], deliveries: int) -> Measured:
    """The same calls by another engine; the queue is filled before its worker starts."""
    with platform() as port:
        environment = os.environ | environment | {"BENCH_PORT": str(port), "PYTHONPATH": str(ROOT)}
        fill = (
            "import sys; from benchmarks.delivering import rivals as r\n"
            "send = r.by_celery.delay if sys.argv[1] == 'celery' else r.by_huey\n"
            "for n in range(int(sys.argv[2])): send(f'k{n}')"
        )
        words = [sys.executable, "-c", fill, name.split(maxsplit=1)[0].lower(), str(deliveries)]
        subprocess.run(words, env=environment, check=True)
        with Workers(command, environment, 1) as crew:
            while ask(port, "/count") < deliveries:
                crew.check()
                time.sleep(0.1)
        arrivals = [at for _key, at in ask(port, "/arrivals")]
    first = min(arrivals)
    late = [at - first for at in arrivals]
    return Measured(
        name, late, max(late) + MILLISECONDS / 1000, crew.used, ["its clock starts later"]
    )


def by_celery(deliveries: int) -> Measured:
    """Plain Celery on Redis, threads."""
    with redis_server() as redis:
        command = [sys.executable, "-m", "celery", "-A", "benchmarks.delivering.rivals:celery"]
        command += ["worker", "-P", "threads", "-c", str(IN_FLIGHT), "-l", "ERROR"]
        command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        return rival("Celery (Redis), threads", command, {"BENCH_REDIS": redis}, deliveries)


def by_huey(deliveries: int) -> Measured:
    """Plain Huey on SQLite, threads."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "huey.bin.huey_consumer"]
        command += ["benchmarks.delivering.rivals.huey", "-k", "thread", "-w", str(IN_FLIGHT)]
        command += ["-q", "-n"]
        environment = {"BENCH_HUEY": f"{folder}/huey.sqlite3"}
        return rival("Huey (SQLite), threads", command, environment, deliveries)


def claim(database: str, future: int) -> tuple[tuple[str, ...], list[str]]:
    """What a worker's repeated questions take beside rows of the future, and the plan of one."""
    with tempfile.TemporaryDirectory() as home:
        told = step("claim", product_environment(Path(home), database), future=future, due=1000)
    asked = ("nothing_due", "some_due", "recover", "backlog", "slots")
    row = (
        database.partition(":")[0] or "sqlite",
        str(told["rows"]),
        *(f"{told[name]:.1f}" for name in asked),
    )
    return row, told["plan"]


CLAIM_HEAD = (
    "questions of a worker (ms)",
    "rows",
    "nothing due",
    "800 due",
    "dead workers",
    "backlog",
    "slots",
)


def show(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """A table for people, in Markdown."""
    widths = [max(len(row[n]) for row in [head, *rows]) for n in range(len(head))]
    lines = [head, tuple("-" * width for width in widths), *rows]
    for line in lines:
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
        print(f"| {' | '.join(cells)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--deliveries", type=int, default=10_000)
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
    parser.add_argument("--only", default=",".join(PARTS), help="some of: " + ",".join(PARTS))
    parser.add_argument("--keep", type=Path, help="add the lines to this file, and show all of it")
    options = parser.parse_args()
    only = options.only.split(",")
    many, future = options.deliveries, 1_000_000
    if options.quick:
        many, future = 400, 10_000
    needs_postgres = {"postgres", "claim"} & set(only)
    with ExitStack() as stack:
        server = stack.enter_context(postgres_server() if needs_postgres else nullcontext())
        url = server.url if server else ""
        lines: list[tuple[str, ...]] = []
        for line in measure(only, many, url, quick=options.quick):
            lines = kept(options.keep, line.row()) if options.keep else [*lines, line.row()]
        if lines:
            show(HEAD, lines)
        if "claim" in only:
            postgres = stack.enter_context(postgres_server())
            told = [claim("", future), claim(postgres.url, future)]
            show(CLAIM_HEAD, [row for row, _plan in told])
            for _row, plan in told:
                print("\n" + "\n".join(plan))


def kept(file: Path, row: tuple[str, ...]) -> list[tuple[str, ...]]:
    """All lines of a run that is made in several parts, one place for each engine."""
    lines = dict(json.loads(file.read_text())) if file.exists() else {}
    lines[row[0]] = row[1:]
    file.write_text(json.dumps(list(lines.items()), indent=1))
    return [(name, *figures) for name, figures in lines.items()]


def measure(only: list[str], many: int, postgres: str, *, quick: bool) -> Iterator[Measured]:
    """Each line in turn."""
    if "sqlite" in only:
        yield enishi("Enishi, SQLite, 1 worker", "", count=1, deliveries=many)
    if "postgres" in only:
        yield enishi("Enishi, PostgreSQL, 2 workers", postgres, count=2, deliveries=many)
    if "celery" in only:
        yield by_celery(many)
    if "huey" in only:
        yield by_huey(many)
    if "minute" in only:
        seconds = 10 if quick else 60
        name = f"Enishi, SQLite, over {seconds} s"
        yield enishi(name, "", count=1, deliveries=1000, spread=seconds)


if __name__ == "__main__":
    main()
