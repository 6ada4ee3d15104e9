"""A social network on loopback that keeps a record of truth and fails on command.

    with loopback_platform(folder) as platform:
        platform.url, platform.sign_in("kissa")        for channels
        platform.arm(Fault(Manner.HANG, after=True))   for trouble
        platform.judge.judge(wanted)                   for the verdict

`PYTHON_PATH` makes its adapters known to any process of the product, by entry points: they
are `loopback_key`, `loopback_readback` and `loopback_person`, after the way in which an
unclear outcome is found out. See `server` for the interface and `faults` for what can break.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.lab import processes
from tests.lab.loopback.faults import Fault, Manner
from tests.lab.loopback.record import Judge, Posting, Verdict, Wanted, judged

__all__ = [
    "FLAVOURS",
    "Fault",
    "Judge",
    "Manner",
    "Platform",
    "Posting",
    "Verdict",
    "Wanted",
    "judged",
]

FLAVOURS = ("key", "readback", "person")
_HERE = Path(__file__).resolve().parent
PYTHON_PATH = os.pathsep.join(
    map(str, [processes.ROOT / "src", processes.ROOT, _HERE / "installed"])
)


class Platform:
    """The running platform, seen by tests."""

    def __init__(self, folder: Path, port: int, control_port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._control = f"http://127.0.0.1:{control_port}"
        self.judge = Judge(folder / "platform.sqlite3")

    def _do(self, name: str, body: Any = None) -> Any:
        answer = httpx.post(f"{self._control}/{name}", json=body or {}, timeout=120)
        answer.raise_for_status()
        return answer.json()

    def sign_in(self, handle: str) -> dict[str, str]:
        """Secrets of a new session for an account."""
        session = self._do("sign_in", {"handle": handle})
        return {"access": session["access"], "refresh": session["refresh"]}

    def arm(self, *faults: Fault) -> None:
        """Let these go wrong from now on."""
        self._do("arm", [fault.json() for fault in faults])

    def disarm(self) -> int:
        """Nothing goes wrong any more, and what is held goes on; the hits that were left."""
        return int(self._do("disarm"))

    def held(self, seconds: float = 30.0) -> dict[str, str] | None:
        """Wait until a call is held; which one it is."""
        return self._do("held", {"seconds": seconds})

    def set(self, **values: float) -> None:
        """`milliseconds`, `token_seconds`, `limit`, `limit_seconds`."""
        self._do("set", values)

    def expire(self, account: str = "") -> None:
        """Let access tokens run out now."""
        self._do("expire", {"account": account})

    def counts(self) -> dict[str, dict[str, int]]:
        """How often each fault hit, and how many requests came."""
        return self._do("counts")

    def down(self) -> None:
        """Be gone from the network."""
        self._do("down")

    def up(self) -> None:
        """Be back."""
        self._do("up")


@contextmanager
def loopback_platform(folder: Path) -> Iterator[Platform]:
    """Run the platform; its record stays in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    port, control_port = processes.free_port(), processes.free_port()
    words = ["-m", "tests.lab.loopback.server", str(folder), str(port), str(control_port)]
    command = processes.bound_to_us([sys.executable, *words])
    environment = os.environ | {"PYTHONPATH": str(processes.ROOT)}
    with processes.server(
        command,
        log=folder / "platform.log",
        ready=lambda: processes.listens(control_port),
        environment=environment,
    ):
        yield Platform(folder, port, control_port)
