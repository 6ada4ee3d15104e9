"""A whole Bluesky network (or only a PDS) on loopback.

    with bluesky_network() as network:
        tanaka = network.create_account("tanaka")
        tanaka.app_password, tanaka.did, network.pds_url

`python -m tests.lab.bluesky [--pds-only] [ACCOUNT…]` starts one by hand and prints JSON.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.lab import node, processes
from tests.lab.postgres import postgres_server
from tests.lab.redis import redis_server

_SOURCE = Path(__file__).resolve().parent
_START_SECONDS = 300.0


@dataclass(frozen=True)
class LabAccount:
    """An account of the local network."""

    handle: str
    did: str
    password: str
    app_password: str
    token: str


class LabNetwork:
    """The addresses of a running network, and what tests do as other people."""

    def __init__(self, process: LabProcess) -> None:
        self._process = process
        self.pds_url = process.addresses["pds"]
        self.plc_url = process.addresses["plc"]
        self.appview_url = process.addresses["appview"]

    def settle(self) -> None:
        """Wait until everything written so far has arrived everywhere."""
        self._process.settle()

    def call(
        self, method: str, body: object = None, *, token: str = "", **params: str | int | list[str]
    ) -> dict[str, Any]:
        """One XRPC call: a query, or a procedure when there is a body."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{self.pds_url}/xrpc/{method}"
        if body is None:
            answer = httpx.get(url, params=params, headers=headers, timeout=30)
        else:
            answer = httpx.post(url, json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return dict(answer.json()) if answer.content else {}

    def create_account(self, name: str, *, display_name: str = "") -> LabAccount:
        """Make an account `NAME.test` with an app password, known to the whole network."""
        handle, password = f"{name}.test", f"pass-{name}"
        made = self.call(
            "com.atproto.server.createAccount",
            {"handle": handle, "email": f"{name}@lab.test", "password": password},
        )
        did, token = made["did"], made["accessJwt"]
        app = self.call("com.atproto.server.createAppPassword", {"name": "enishi"}, token=token)
        account = LabAccount(handle, did, password, app["password"], token)
        profile = {"$type": "app.bsky.actor.profile", "displayName": display_name or name}
        self.create(account, "app.bsky.actor.profile", profile, rkey="self")
        if self.appview_url:
            self._await_profile(account)
        return account

    def _await_profile(self, account: LabAccount) -> None:
        deadline = time.monotonic() + 20
        while True:
            try:
                self.call("app.bsky.actor.getProfile", token=account.token, actor=account.did)
            except httpx.HTTPStatusError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return

    def create(
        self, account: LabAccount, collection: str, record: dict[str, Any], *, rkey: str = ""
    ) -> dict[str, Any]:
        """Write a record as this account."""
        body = {"repo": account.did, "collection": collection, "record": record}
        if rkey:
            body["rkey"] = rkey
        return self.call("com.atproto.repo.createRecord", body, token=account.token)

    def await_notifications(self, account: LabAccount, count: int) -> None:
        """Wait until an account has so many notifications."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            self.settle()
            found = self.call("app.bsky.notification.listNotifications", token=account.token)
            if len(found["notifications"]) >= count:
                return
            time.sleep(0.2)
        raise AssertionError(f"{account.handle} has not got {count} notifications")

    def post(self, account: LabAccount, text: str, **properties: object) -> dict[str, Any]:
        """Write a post as this account."""
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": stamp(), **properties}
        return self.create(account, "app.bsky.feed.post", record)


def stamp() -> str:
    """The present time as records write it."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + ".000Z"


@contextmanager
def bluesky_network(*, appview: bool = True) -> Iterator[LabNetwork]:
    """Start a network; without `appview` there is a PDS only, and no timelines."""
    folder = node.installed(_SOURCE, "bluesky")
    with ExitStack() as stack:
        variables = node.environment()
        if appview:
            database = stack.enter_context(postgres_server())
            variables |= {
                "DB_POSTGRES_URL": database.url,
                "DB_POSTGRES_SCHEMA": "enishi",
                "REDIS_HOST": stack.enter_context(redis_server()),
            }
        variables |= {"NODE_ENV": "test", "LOG_ENABLED": "false"}
        yield LabNetwork(stack.enter_context(_network(folder, variables, appview=appview)))


class LabProcess:
    """The network's process and the lines it prints."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self._log = log
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()
        self.addresses: dict[str, str] = json.loads(self._line(b"READY "))

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(b"")

    def _line(self, start: bytes) -> bytes:
        """What follows `start` in the next line that begins with it."""
        deadline = time.monotonic() + _START_SECONDS
        while (left := deadline - time.monotonic()) > 0:
            try:
                line = self._lines.get(timeout=left)
            except queue.Empty:
                break
            if line.startswith(start):
                return line.removeprefix(start)
            if not line:
                break
        complaint = self._log.read_text(errors="replace")[-1500:]
        raise processes.LabUnavailableError(f"the network does not answer: {complaint}")

    def settle(self) -> None:
        """Wait until everything has been processed."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"settle\n")
        self._process.stdin.flush()
        self._line(b"SETTLED")


@contextmanager
def _network(folder: Path, variables: dict[str, str], *, appview: bool) -> Iterator[LabProcess]:
    command = [
        str(node.node() / "node"),
        "--require",
        str(folder / "loopback.cjs"),
        str(folder / "network.mjs"),
        json.dumps({"appview": appview}),
    ]
    with processes.scratch_folder() as scratch, (scratch / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**variables, "TMPDIR": str(scratch)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        )
        try:
            yield LabProcess(process, scratch / "log")
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(processes.STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def main(arguments: list[str]) -> int:
    """Run a network until Enter or the end of input."""
    names = [name for name in arguments if not name.startswith("-")]
    with bluesky_network(appview="--pds-only" not in arguments) as network:
        accounts = [asdict(network.create_account(name)) for name in names]
        report = {
            "pds_url": network.pds_url,
            "plc_url": network.plc_url,
            "appview_url": network.appview_url,
            "accounts": accounts,
            "pid": os.getpid(),
        }
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
    return 0
