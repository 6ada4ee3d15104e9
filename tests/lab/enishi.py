"""Whole Enishis on loopback: each with a data folder, web processes and a worker of its own.

    with enishi("Kissa") as kissa, enishi("Bakery") as bakery:
        kissa.order("follow", account=bakery.handle)
        kissa.rest("GET", "/posts")
        bakery.restart()

They know nothing of each other and talk over HTTP. What no REST route does is ordered from a
process in the data folder (`tests.lab.enishi_hand`), as the command line would do it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.lab import processes

PERMISSIONS = [
    "posts.view",
    "posts.edit",
    "posts.publish",
    "inbox.view",
    "inbox.reply",
    "channels.view",
    "channels.manage",
]
_PATIENCE = float(os.environ.get("ENISHI_LAB_PATIENCE", "1"))
"""A machine that is slow, or does other things too, waits so many times longer."""
_START_SECONDS = 240.0 * _PATIENCE


def environment_of(home: Path, port: int, **more: str) -> dict[str, str]:
    """The operator's settings for an Enishi on loopback."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "enishi.site.settings",
        "ENISHI_HOME": str(home),
        "ENISHI_HOST": "127.0.0.1",
        "ENISHI_PORT": str(port),
        "ENISHI_URL": f"http://127.0.0.1:{port}",
        "ENISHI_DATABASE_URL": "",
        "ENISHI_ALLOWED_NETWORKS": "127.0.0.0/8",
        "ENISHI_JOBS_DRAIN": "3",
        "ENISHI_WEB_THREADS": "2",
        "PYTHONPATH": os.pathsep.join([str(processes.ROOT / "src"), str(processes.ROOT)]),
        **more,
    }


@dataclass
class Enishi:
    """A running Enishi with one workspace."""

    name: str
    home: Path
    port: int
    environment: Mapping[str, str]
    slug: str = ""
    actor: str = ""
    handle: str = ""
    channel: str = ""
    _token: str = ""
    _server: ExitStack = field(default_factory=ExitStack)
    _hand: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Web server and worker, as `make run` starts them."""
        command = processes.bound_to_us([str(Path(sys.executable).parent / "enishi"), "run"])
        self._server.enter_context(
            processes.server(
                command,
                log=self.home / "run.log",
                ready=self._answers,
                seconds=_START_SECONDS,
                environment=self.environment,
            )
        )

    def _answers(self) -> bool:
        if not processes.listens(self.port):
            return False
        try:
            return httpx.get(f"{self.url}/healthz", timeout=5).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def stop(self) -> None:
        self._server.close()

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        if self._hand is not None:
            with self._hand:
                assert self._hand.stdin is not None
                self._hand.stdin.close()
        self.stop()

    def settle_in(self) -> None:
        """The first run: a workspace by the command line, and a token for REST."""
        made = self.cli("workspace", "create", self.name)
        self.slug = made["slug"]
        scopes = [word for scope in PERMISSIONS for word in ("--scope", scope)]
        self._token = self.cli("workspace", "token", "lab", *scopes, workspace=True)["secret"]
        found = self.order("introduce")
        self.actor, self.handle, self.channel = found["uri"], found["handle"], found["channel"]

    def cli(self, *words: str, workspace: bool = False) -> Any:
        """A command as an operator types it."""
        chosen = ["--workspace", self.slug] if workspace else []
        command = [sys.executable, "-m", "enishi.site.cli", "--json", *chosen, *words]
        return json.loads(processes.run_tool(command, env=dict(self.environment)))

    def order(self, what: str, **values: Any) -> Any:
        """Have the owner do something for which there is no route."""
        if self._hand is None:
            self._hand = subprocess.Popen(
                processes.bound_to_us([sys.executable, "-m", "tests.lab.enishi_hand"]),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=dict(self.environment),
            )
        assert self._hand.stdin is not None
        assert self._hand.stdout is not None
        self._hand.stdin.write(json.dumps({"do": what, "slug": self.slug, **values}) + "\n")
        self._hand.stdin.flush()
        answer = json.loads(self._hand.stdout.readline() or '{"error": "the hand is gone"}')
        if "error" in answer:
            raise AssertionError(f"{self.name}: {what}: {answer['error']}")
        return answer["found"]

    def rest(self, method: str, path: str, **options: Any) -> Any:
        """A request of the REST API."""
        answer = httpx.request(
            method,
            f"{self.url}/api/v1{path}",
            headers={"authorization": f"Bearer {self._token}"},
            timeout=30,
            **options,
        )
        assert answer.is_success, f"{self.name}: {method} {path}: {answer.text[:500]}"
        return answer.json() if answer.content else None

    def publish(self, text: str, *, image: bytes = b"", alt: str = "") -> str:
        """Write and publish a post by REST; its id on the social web, once it is there."""
        attachments = []
        if image:
            stored = self.rest("POST", "/media", files={"file": ("image.png", image)})
            attachments = [{"media_id": stored["id"], "alt": alt}]
        body = {
            "text": text,
            "channels": [{"channel_id": self.channel}],
            "attachments": attachments,
            "language": "en",
        }
        post = self.rest("POST", "/posts", json=body)["card"]["id"]
        self.rest("POST", f"/posts/{post}/publish", json={})
        return str(until(lambda: self._published(post)))

    def _published(self, post_id: str) -> str:
        deliveries = self.rest("GET", f"/posts/{post_id}")["deliveries"]
        return str(next((one["remote_id"] for one in deliveries if one["remote_id"]), ""))

    def log(self) -> str:
        return (self.home / "run.log").read_text(errors="replace")


def until(condition: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Wait for what another process is about to do."""
    deadline = time.monotonic() + seconds * _PATIENCE
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError("it did not happen in time")
        time.sleep(0.2)
    return found


@contextmanager
def enishi(name: str, **more: str) -> Iterator[Enishi]:
    """A fresh Enishi that runs until the block ends."""
    with processes.scratch_folder() as folder:
        port = processes.free_port()
        made = Enishi(name, folder, port, environment_of(folder, port, **more))
        try:
            made.start()
            made.settle_in()
            yield made
        finally:
            made.close()


@contextmanager
def several(*names: str) -> Iterator[list[Enishi]]:
    """Some of them, started at the same time."""
    with ExitStack() as stack, ThreadPoolExecutor(len(names)) as pool:
        yield list(pool.map(lambda name: stack.enter_context(enishi(name)), names))
