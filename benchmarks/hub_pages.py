"""How many requests a second a cached public page of the hub stands, through the default server.

    python benchmarks/hub_pages.py [--seconds 15] [--connections 16] [--posts 2000]

Publishes posts in a fresh data folder, starts `enishi run`, and asks for the profile and a post
over kept-alive connections from a process of its own. Aim: at least 500 requests a second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

AIM = 500.0


def prepare(posts: int, result: str) -> None:
    """A workspace with posts on its hub; writes the paths to ask for."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enishi.site.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from enishi.accounts import actions as accounts
    from enishi.accounts.models import User
    from enishi.channels.contract import Outgoing
    from enishi.hub import things
    from enishi.hub.models import HubActor
    from enishi.kernel import clock

    call_command("migrate", interactive=False, verbosity=0)
    user = User.objects.create(email="bench@example.test", name="Bench")
    workspace = accounts.create_workspace(user, name="Bench", language="ja", time_zone="Asia/Tokyo")
    actor = HubActor.objects.select_related("hub__workspace").get(hub__workspace=workspace)
    text = "今週の豆はエチオピア・イルガチェフェ。花のような香りと、はちみつの甘さ。 #コーヒー"
    for number in range(posts):
        at = clock.now() - timedelta(minutes=number)
        thing = things.publish(actor, Outgoing(f"bench{number}", text, at, language="ja"), ())[0]
    paths = {"profile": f"/@{actor.handle}", "post": f"/@{actor.handle}/{thing.id}"}
    Path(result).write_text(json.dumps(paths))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(environment: dict[str, str]) -> Iterator[None]:
    """The default server with its worker, until the block ends."""
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


async def ask(port: int, path: str, until: float, found: list[float]) -> None:
    """One kept-alive connection that asks again and again."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\n\r\n".encode()
    while time.perf_counter() < until:
        begun = time.perf_counter()
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith(b"http/1.1 200"):
            raise SystemExit(head.decode())
        length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length))
        found.append((time.perf_counter() - begun) * 1000)
    writer.close()


async def load(port: int, path: str, seconds: float, connections: int) -> list[float]:
    """Milliseconds of every request."""
    found: list[float] = []
    until = time.perf_counter() + seconds
    await asyncio.gather(*(ask(port, path, until, found) for _ in range(connections)))
    return sorted(found)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--posts", type=int, default=2000)
    parser.add_argument("--result", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.result:
        prepare(arguments.posts, arguments.result)
        return 0
    home, port = Path(tempfile.mkdtemp(prefix="enishi-hub-")), free_port()
    environment = os.environ | {
        "ENISHI_HOME": str(home),
        "ENISHI_PORT": str(port),
        "ENISHI_URL": f"http://127.0.0.1:{port}",
    }
    result = home / "paths.json"
    command = [sys.executable, __file__, "--posts", str(arguments.posts), "--result", str(result)]
    try:
        subprocess.run(command, env=environment, check=True)
        with running(environment):
            return measure(json.loads(result.read_text()), port, arguments)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def measure(paths: dict[str, str], port: int, arguments: argparse.Namespace) -> int:
    print("| page | requests/s | p50 ms | p95 ms | p99 ms |\n|---|---:|---:|---:|---:|")
    slowest = float("inf")
    for name, path in paths.items():
        asyncio.run(load(port, path, 1, 2))
        times = asyncio.run(load(port, path, arguments.seconds, arguments.connections))
        rate = len(times) / arguments.seconds
        p50, p95, p99 = (times[int(len(times) * part)] for part in (0.5, 0.95, 0.99))
        print(f"| {name} | {rate:.0f} | {p50:.1f} | {p95:.1f} | {p99:.1f} |")
        slowest = min(slowest, rate)
    print(f"\nAim: at least {AIM:.0f} requests/s: {'met' if slowest >= AIM else 'missed'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
