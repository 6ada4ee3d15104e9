"""How fast deliveries go out, through the whole product path.

    python benchmarks/delivery.py [--deliveries 2000] [--channels 100] [--milliseconds 200]

A platform on loopback answers each POST after some milliseconds. An adapter that only
speaks HTTP to it is registered for the run; everything else is the product: rows, attempt
rows, the worker process, the log. All deliveries are due in the same second. Lateness is
arrival at the platform minus due time. Set ENISHI_DATABASE_URL to measure PostgreSQL.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

PORT = 18765
HERE = Path(__file__).resolve()


class Platform:
    """The loopback network: remembers when each key came."""

    def __init__(self, milliseconds: int) -> None:
        self.wait = milliseconds / 1000
        self.arrivals: list[tuple[str, float]] = []
        self.keys: set[str] = set()

    async def serve(self) -> asyncio.Server:
        return await asyncio.start_server(self._answer, "127.0.0.1", PORT, backlog=4096)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(
                    int(line.split(b":")[1])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length")
                )
                body = json.loads(await reader.readexactly(length))
                key = body["key"]
                if "find" not in body:
                    self.arrivals.append((key, time.time()))
                    self.keys.add(key)
                    await asyncio.sleep(self.wait)
                answer = json.dumps({"id": key if key in self.keys else ""}).encode()
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    b"Content-Length: %d\r\n\r\n%s" % (len(answer), answer)
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def install_adapter() -> None:
    """Register the adapter that speaks to the platform, for this process only."""
    from dataclasses import replace

    from enishi.channels import registry
    from enishi.channels.contract import Account, Connection, Outgoing, Receipt

    class Loopback:
        def __init__(self, connection: Connection) -> None:
            self.http = connection.http

        async def verify(self) -> Account:
            raise NotImplementedError

        def length(self, text: str) -> int:
            return len(text)

        def problems(self, _outgoing: Outgoing) -> list[object]:
            return []

        async def publish(self, outgoing: Outgoing) -> Receipt:
            answer = await self.http.request(
                "POST",
                f"http://127.0.0.1:{PORT}/posts",
                json={"key": outgoing.key, "text": outgoing.text},
                effect=True,
            )
            return Receipt(remote_id=answer.json()["id"], url="")

        async def find(self, outgoing: Outgoing) -> Receipt | None:
            answer = await self.http.request(
                "POST", f"http://127.0.0.1:{PORT}/find", json={"key": outgoing.key, "find": True}
            )
            found = answer.json()["id"]
            return Receipt(remote_id=found, url="") if found else None

    real = registry.get("sandbox")
    manifest = real.manifest.model_copy(update={"rate_limits": ()})
    fake = replace(real, factory=Loopback, manifest=manifest)
    registry.get = lambda adapter_id: fake  # noqa: ARG005 - whatever is asked for


def prepare(deliveries: int, channels: int, due_at: datetime) -> None:
    """Rows as scheduling makes them, in bulk."""
    from django.core.management import call_command

    from enishi.accounts.models import Organisation, Workspace
    from enishi.channels.contract import Secrets
    from enishi.channels.models import Channel
    from enishi.channels.service import store_secrets
    from enishi.publishing.core import keys
    from enishi.publishing.models import Delivery, Post, Variant

    call_command("migrate", interactive=False, verbosity=0)
    organisation = Organisation.objects.create(name="Bench")
    workspaces = [
        Workspace.objects.create(organisation=organisation, name=f"W{n}", slug=f"w{n}")
        for n in range(10)
    ]
    made = [
        Channel.objects.create(
            workspace=workspaces[n % 10],
            adapter="sandbox",
            name=f"C{n}",
            remote_id=f"c{n}",
            state="active",
            connected_at=due_at,
            next_read_at=due_at + timedelta(days=999),
        )
        for n in range(channels)
    ]
    for channel in made:
        store_secrets(channel.id, Secrets({"token": "t"}))
    posts, variants, rows = [], [], []
    for number in range(deliveries):
        channel = made[number % channels]
        post = Post(
            workspace_id=channel.workspace_id,
            text=f"Post {number}",
            state="scheduled",
            due_at=due_at,
        )
        posts.append(post)
        variants.append(Variant(post=post, channel=channel))
        rows.append(
            Delivery(
                workspace_id=channel.workspace_id,
                post=post,
                channel=channel,
                kind="publish",
                key=keys.new_key(due_at),
                planned_at=due_at,
                due_at=due_at,
            )
        )
    Post.objects.bulk_create(posts, batch_size=500)
    Variant.objects.bulk_create(variants, batch_size=500)
    Delivery.objects.bulk_create(rows, batch_size=300)


def work() -> None:
    """The worker process: the product's own, with the loopback adapter."""
    import django

    django.setup()
    install_adapter()
    from enishi.jobs import worker

    worker.run()
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps({"cpu": used.ru_utime + used.ru_stime, "rss": used.ru_maxrss / 1024}),
        flush=True,
    )


def settled() -> Counter[str]:
    from enishi.publishing.models import Delivery

    return Counter(Delivery.objects.values_list("state", flat=True))


def outcomes() -> dict[str, int]:
    from enishi.publishing.models import Attempt

    return dict(Counter(Attempt.objects.values_list("outcome", flat=True)))


async def measure(options: argparse.Namespace) -> None:
    platform = Platform(options.milliseconds)
    server = await platform.serve()
    due_at = datetime.now(UTC) + timedelta(seconds=options.prepare + options.deliveries / 1500)
    await asyncio.to_thread(prepare, options.deliveries, options.channels, due_at)
    worker = subprocess.Popen(  # noqa: ASYNC220 - starting it takes no time
        [sys.executable, str(HERE), "--work"], stdout=subprocess.PIPE, env=os.environ
    )
    if time.time() > due_at.timestamp() - 3:
        sys.exit("preparing took too long: give a larger --prepare")
    while len(platform.arrivals) < options.deliveries:  # noqa: ASYNC110 - polls a list
        await asyncio.sleep(0.05)
    last = time.time()
    while (await asyncio.to_thread(settled))["published"] < options.deliveries:  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    done = time.time()
    worker.send_signal(signal.SIGTERM)
    output, _ = await asyncio.to_thread(worker.communicate)
    server.close()
    used = json.loads(output) | {"outcomes": await asyncio.to_thread(outcomes)}
    report(platform, options, due_at.timestamp(), last, done, used)


def report(
    platform: Platform,
    options: argparse.Namespace,
    due: float,
    last: float,
    done: float,
    used: dict[str, Any],
) -> None:
    late = sorted(at - due for _key, at in platform.arrivals)
    doubled = sum(count - 1 for count in Counter(key for key, _ in platform.arrivals).values())
    rows = {
        "deliveries": len(late),
        "channels": options.channels,
        "database": os.environ.get("ENISHI_DATABASE_URL", "")[:8] or "sqlite",
        "sent per second": round(len(late) / (last - due)),
        "all settled after (s)": round(done - due, 2),
        "lateness p50 (s)": round(late[len(late) // 2], 2),
        "lateness p99 (s)": round(late[int(len(late) * 0.99)], 2),
        "worker CPU (s)": round(used["cpu"], 2),
        "worker memory (MB)": round(used["rss"]),
        "doubled": doubled,
        "outcomes": used["outcomes"],
    }
    width = max(map(len, rows))
    for name, value in rows.items():
        print(f"{name:<{width}}  {value}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--deliveries", type=int, default=2000)
    parser.add_argument("--channels", type=int, default=100)
    parser.add_argument("--milliseconds", type=int, default=200)
    parser.add_argument("--prepare", type=float, default=25, help="seconds before they are due")
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enishi.site.settings")
    os.environ.setdefault("ENISHI_ALLOWED_NETWORKS", "127.0.0.0/8")
    if options.work:
        work()
        return
    with tempfile.TemporaryDirectory() as home:
        os.environ["ENISHI_HOME"] = home
        import django

        django.setup()
        asyncio.run(measure(options))


if __name__ == "__main__":
    main()
