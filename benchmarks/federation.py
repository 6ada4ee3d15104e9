"""How many signed activities the hub takes in, and how fast one post reaches 2,000 servers.

    python benchmarks/federation.py [--quick] [--only incoming,outgoing] [--web 1,2]

Incoming: 40 accounts on 40 servers signed answers and likes beforehand, half by RFC 9421 and
half by draft-cavage with RSA of 2048 bits; eight connections send them to the real web server
while the worker acts upon them. *taken* ends with the last 202 (verified, and the row is
committed), *in the log* when the last one is an activity of the log and of the inbox. The
load and the waiting take their share of the same cores.

Outgoing: one post, signed for each request, by one worker to servers that each have an address
of their own on loopback and answer at once. CPU seconds are the worker's.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.lab import processes  # noqa: E402 - the folder is known only now
from tests.lab.enishi import environment_of  # noqa: E402

SERVERS = 2000
SENDERS = 40
CONNECTIONS = 8
WARM = 200


def step(name: str, environment: Mapping[str, str], **values: Any) -> dict[str, Any]:
    """One step of Enishi's side in a process of its own; what it tells."""
    command = [sys.executable, "-m", "benchmarks.federating.product", name, json.dumps(values)]
    return _told(command, environment)


def load(port: int, path: Path, first: int, last: int) -> dict[str, Any]:
    """Send some of what was signed."""
    words = [str(port), str(CONNECTIONS), str(path), str(first), str(last)]
    return _told([sys.executable, "-m", "benchmarks.federating.load", *words], os.environ)


def _told(command: list[str], environment: Mapping[str, str]) -> dict[str, Any]:
    environment = {**environment, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        processes.bound_to_us(command), env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{command[2:4]}: {done.stderr[-2000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1])) if done.stdout.strip() else {}


@contextmanager
def running(words: list[str], environment: Mapping[str, str], home: Path) -> Iterator[int]:
    """A part of the product; the value is its process."""
    log = home / f"{words[1].rpartition('.')[2]}.log"
    port = int(environment["ENISHI_PORT"])
    is_web = "granian" in words

    def ready() -> bool:
        return not is_web or processes.listens(port)

    command = processes.bound_to_us([sys.executable, *words])
    with processes.server(command, log=log, ready=ready, environment=environment) as process:
        yield process.pid


def web_words(environment: Mapping[str, str]) -> list[str]:
    """The web server as the supervisor starts it."""
    code = (
        "import json; from enishi.site.environment import Environment; "
        "from enishi.site.supervisor import web_command; "
        "print(json.dumps(web_command(Environment.read())[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=dict(environment), capture_output=True, check=True
    )
    return list(json.loads(done.stdout))


def megabytes(pid: int) -> float:
    """Resident memory of a process and its children, shared pages once (PSS)."""
    total = 0.0
    for one in [pid, *_children(pid)]:
        rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
        total += next(int(line.split()[1]) for line in rollup.splitlines() if "Pss:" in line)
    return total / 1024


def cpu_seconds(pid: int) -> float:
    """What a process and its children have used so far."""
    total = 0
    for one in [pid, *_children(pid)]:
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    found = [int(one) for one in listed]
    return found + [below for one in found for below in _children(one)]


WORKER = ["-m", "enishi.site.worker"]


def settled(worker: int) -> None:
    """Wait until the processes that a new worker begins with (models of numbers) have ended."""
    quiet, until = 0, time.monotonic() + 60
    while quiet < _QUIET and time.monotonic() < until:
        quiet = 0 if _children(worker) else quiet + 1
        time.sleep(0.2)


_QUIET = 10
"""How often in a row, 0.2 seconds apart."""


def incoming(count: int, web: int) -> tuple[str, ...]:
    """Activities verified and recorded each second."""
    with processes.scratch_folder() as home:
        environment = environment_of(
            home, processes.free_port(), ENISHI_WEB_PROCESSES=str(web), ENISHI_WEB_THREADS="4"
        )
        port, path = int(environment["ENISHI_PORT"]), home / "signed"
        url = environment["ENISHI_URL"]
        step("strangers", environment, count=WARM + count, servers=SENDERS, url=url, into=str(path))
        with (
            running(web_words(environment), environment, home) as server,
            running(WORKER, environment, home) as worker,
        ):
            load(port, path, 0, WARM)
            step("handled", environment, count=WARM)
            settled(worker)
            used = [cpu_seconds(server), cpu_seconds(worker)]
            told = load(port, path, WARM, WARM + count)
            done = step("handled", environment, count=WARM + count)
            used = [cpu_seconds(server) - used[0], cpu_seconds(worker) - used[1]]
            memory = megabytes(server), megabytes(worker)
    seconds = told["seconds"]
    refused = sum(number for status, number in told["statuses"].items() if status != "202")
    return (
        f"{web} web process{'es' if web > 1 else ''}, 1 worker",
        str(count),
        f"{count / seconds:.0f}",
        f"{count / (seconds + done['seconds']):.0f}",
        " + ".join(f"{1000 * seconds / count:.2f}" for seconds in used),
        str(refused),
        str(WARM + count - done["logged"]),
        f"{memory[0]:.0f} + {memory[1]:.0f}",
    )


def outgoing(people: int, servers: int, *, shared: bool) -> tuple[str, ...]:
    """One post to everybody who follows."""
    with processes.scratch_folder() as home:
        environment, port = environment_of(home, processes.free_port()), processes.free_port()
        step("followers", environment, count=people, servers=servers, port=port, shared=shared)
        sink = ["-m", "benchmarks.federating.sink", str(port)]
        with (
            running(sink, environment, home),
            running(WORKER, environment, home) as worker,
        ):
            told = step("publish", environment, worker=worker)
            counts = _counts(port)
            memory = megabytes(worker)
    return (
        f"{people:,} followers on {servers:,} servers, " + ("shared" if shared else "own inboxes"),
        str(told["parcels"]),
        str(told["done"]),
        str(max(counts.values(), default=0)),
        str(len(counts)),
        f"{told['packed']:.2f}",
        f"{told['seconds']:.1f}",
        f"{told['cpu']:.1f}",
        f"{memory:.0f}",
    )


def _counts(port: int) -> dict[str, int]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/counts") as answer:
        return dict(json.load(answer))


def show(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """A table for people, in Markdown."""
    widths = [max(len(row[n]) for row in [head, *rows]) for n in range(len(head))]
    for line in [head, tuple("-" * width for width in widths), *rows]:
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
        print(f"| {' | '.join(cells)} |", flush=True)
    print()


IN = (
    "incoming",
    "activities",
    "taken per s",
    "in the log per s",
    "CPU ms each, web + worker",
    "refused",
    "missing",
    "MB web + worker",
)
OUT = (
    "one post",
    "requests",
    "delivered",
    "most per inbox",
    "inboxes",
    "packed s",
    "all done s",
    "CPU s",
    "MB",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
    parser.add_argument("--only", default="incoming,outgoing")
    parser.add_argument("--web", default="1,2", help="numbers of web processes")
    parser.add_argument("--activities", type=int, default=5000)
    options = parser.parse_args()
    only = options.only.split(",")
    count, servers = (400, 100) if options.quick else (options.activities, SERVERS)
    if "incoming" in only:
        show(IN, [incoming(count, int(web)) for web in options.web.split(",")])
    if "outgoing" in only:
        rows = [
            outgoing(servers, servers, shared=False),
            outgoing(5 * servers, servers, shared=True),
        ]
        show(OUT, rows)


if __name__ == "__main__":
    main()
