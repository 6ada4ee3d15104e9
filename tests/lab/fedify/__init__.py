"""Independent ActivityPub servers by Fedify, on loopback.

    with fedify_peer("alice") as alice:
        alice.order("follow", object=actor, to=actor)
        alice.received()          # the activities that it took

`python -m tests.lab.fedify NAME` starts one by hand.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.lab import node, processes

_SOURCE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class FedifyPeer:
    """A running server with one person."""

    origin: str
    actor: str
    name: str

    @property
    def handle(self) -> str:
        """The person's address in full."""
        return f"@{self.name}@{self.origin.removeprefix('http://')}"

    def order(self, what: str, **more: Any) -> dict[str, Any]:
        """Have the person do something; `to` is whose inbox gets it."""
        answer = httpx.post(f"{self.origin}/control", json={"do": what, **more}, timeout=30)
        found = answer.json()
        if answer.is_error:
            raise AssertionError(found)
        return dict(found) if found else {}

    def received(self, kind: str = "") -> list[dict[str, Any]]:
        """What other servers sent, and this one verified."""
        found = httpx.get(f"{self.origin}/control", timeout=30).json()
        return [one for one in found if not kind or one["type"] == kind]


@contextmanager
def fedify_peer(name: str, **options: Any) -> Iterator[FedifyPeer]:
    """Start a server; `first_knock` is the dialect of signatures that it tries first."""
    folder = node.installed(_SOURCE, "fedify")
    port = processes.free_port()
    order = {
        "name": name,
        "port": port,
        "firstKnock": options.pop("first_knock", "rfc9421"),
        **options,
    }
    command = [str(node.node() / "node"), str(folder / "peer.mjs"), json.dumps(order)]
    with processes.scratch_folder() as scratch, (scratch / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=node.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        )
        try:
            yield _ready(process, name, scratch / "log")
        finally:
            _end(process)


def _ready(process: subprocess.Popen[bytes], name: str, log: Path) -> FedifyPeer:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(b"READY "):
            told = json.loads(line.removeprefix(b"READY "))
            return FedifyPeer(told["origin"], told["actor"], name)
    complaint = log.read_text(errors="replace")[-1500:]
    raise processes.LabUnavailableError(f"Fedify does not start: {complaint}")


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
    """Run one until the end of input."""
    with fedify_peer(arguments[0] if arguments else "alice") as peer:
        sys.stdout.write(json.dumps({"origin": peer.origin, "actor": peer.actor}) + "\n")
        sys.stdout.flush()
        sys.stdin.read()
    return 0
