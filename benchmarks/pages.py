"""How fast the main pages answer in a large workspace, through the default server.

    python benchmarks/pages.py [--requests 60] [--posts 100000] [--activities 1000000]
                               [--messages 50000] [--only sqlite|postgresql]

Seeds a fresh SQLite and a fresh PostgreSQL, starts `enishi run` on each, and asks for each
page one after the other as its owner. SQL queries are counted by the test client.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))
PAGES = {
    "home": "",
    "calendar (month)": "calendar/",
    "calendar (week)": "calendar/?view=week",
    "composer": "posts/new/",
    "inbox": "inbox/",
    "log": "log/",
    "strategy": "strategy/",
}
LIMIT_MS, LIMIT_QUERIES = 150.0, 15


# ── In a process of its own, with Django ───────────────────────────────────────────────


def prepare(arguments: argparse.Namespace) -> None:
    """Seed the database of the environment, count queries, and print what was found."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enishi.site.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from benchmarks.seeding import Sizes, seed

    call_command("migrate", interactive=False, verbosity=0)
    begun = time.monotonic()
    found: dict[str, object] = dict(
        seed(Sizes(arguments.posts, arguments.activities, arguments.messages))
    )
    found["seconds"] = round(time.monotonic() - begun)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    client.cookies["sessionid"] = str(found["session"])
    queries = {}
    for name, path in PAGES.items():
        client.get(f"/w/{found['slug']}/{path}")
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(f"/w/{found['slug']}/{path}")
        if answer.status_code != 200:
            raise SystemExit(f"{name}: {answer.status_code}")
        queries[name] = len(captured)
    Path(arguments.result).write_text(json.dumps(found | {"queries": queries}))


# ── The measurement ────────────────────────────────────────────────────────────────────


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(environment: Mapping[str, str]) -> Iterator[None]:
    """The default server, until the block ends."""
    program = Path(sys.executable).with_name("enishi")
    with (Path(environment["ENISHI_HOME"]) / "run.log").open("w") as log:
        process = subprocess.Popen([program, "run"], env=environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 120
        while not is_answering(int(environment["ENISHI_PORT"])):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(Path(log.name).read_text())
            time.sleep(0.2)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(40)


def is_answering(port: int) -> bool:
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False


def times(port: int, address: str, session: str, requests: int) -> list[float]:
    """Milliseconds of each request, after five that warm up."""
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Cookie": f"sessionid={session}; enishi_language=ja"}
    found = []
    for _ in range(requests + 5):
        begun = time.perf_counter()
        connection.request("GET", address, headers=headers)
        response = connection.getresponse()
        body = response.read()
        found.append((time.perf_counter() - begun) * 1000)
        if response.status != 200:
            raise SystemExit(f"{address}: {response.status} {body[:300]!r}")
    return found[5:]


def measure(arguments: argparse.Namespace, database: str, url: str) -> dict[str, list[float]]:
    """p50, p95 and queries of each page on one database."""
    home = Path(tempfile.mkdtemp(prefix="enishi-bench-"))
    port = free_port()
    environment = os.environ | {
        "ENISHI_HOME": str(home),
        "ENISHI_PORT": str(port),
        "ENISHI_DATABASE_URL": url,
    }
    result = home / "result.json"
    try:
        sizes = [
            f"--{name}={getattr(arguments, name)}" for name in ("posts", "activities", "messages")
        ]
        subprocess.run(
            [sys.executable, __file__, "--result", str(result), *sizes],
            env=environment,
            check=True,
        )
        found = json.loads(result.read_text())
        print(f"{database}: seeded in {found['seconds']} s", file=sys.stderr, flush=True)
        with running(environment):
            return {
                name: _figures(
                    times(port, f"/w/{found['slug']}/{path}", found["session"], arguments.requests),
                    found["queries"][name],
                )
                for name, path in PAGES.items()
            }
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _figures(milliseconds: list[float], queries: int) -> list[float]:
    ordered = sorted(milliseconds)
    return [statistics.median(ordered), ordered[int(len(ordered) * 0.95)], queries]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--activities", type=int, default=1_000_000)
    parser.add_argument("--messages", type=int, default=50_000)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--result", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.result:
        prepare(arguments)
        return 0
    found = {}
    if arguments.only != "postgresql":
        found["SQLite"] = measure(arguments, "SQLite", "")
    if arguments.only != "sqlite":
        from tests.lab.postgres import postgres_server

        with postgres_server() as server:
            found["PostgreSQL"] = measure(arguments, "PostgreSQL", server.url)
    return show(arguments, found)


def show(arguments: argparse.Namespace, found: dict[str, dict[str, list[float]]]) -> int:
    print(
        f"\n{arguments.posts:,} posts, {arguments.activities:,} activities, "
        f"{arguments.messages:,} messages; {arguments.requests} requests a page\n"
    )
    heads = [f"{database} {what}" for database in found for what in ("p50 ms", "p95 ms", "SQL")]
    print("| page | " + " | ".join(heads) + " |")
    print("|---|" + "---:|" * len(heads))
    late = False
    for name in PAGES:
        cells = [f"{value:.0f}" for rows in found.values() for value in rows[name]]
        print(f"| {name} | " + " | ".join(cells) + " |")
        late |= any(
            row[name][1] > LIMIT_MS or row[name][2] > LIMIT_QUERIES for row in found.values()
        )
    verdict = "missed" if late else "met"
    print(f"\nAim: p95 ≤ {LIMIT_MS:.0f} ms, at most {LIMIT_QUERIES} queries: {verdict}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
