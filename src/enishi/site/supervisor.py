"""Keeps the web server and the worker running, and stops both together.

`enishi run` prepares the database with Django loaded, then becomes this program, which
loads the standard library only and so costs little memory. The banner to show comes
through the inherited descriptor that ENISHI_BANNER names.

1. Each child leads a process group of its own, so that nothing it started outlives it.
2. A child dies with the supervisor even when that is killed hard (PR_SET_PDEATHSIG).
3. A child that ends by itself is started again, later each time it happens soon.
4. SIGINT, SIGTERM or SIGHUP: both are asked to stop; who does not within the grace is killed.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from enishi.site.environment import Environment

GRACE_SECONDS = max(30.0, 5.0 + float(os.environ.get("ENISHI_JOBS_DRAIN") or 25))
"""A little longer than the worker drains."""
CALM_SECONDS = 60.0
"""A child that ran this long is started again at once."""
LONGEST_PAUSE = 30.0
_STOP = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
_WATCHED = _STOP | {signal.SIGCHLD}
_PR_SET_PDEATHSIG = 1


def pause_before(restart: int) -> float:
    """Seconds to wait before the n-th restart in a row: 1, 2, 4 … 30."""
    return min(2.0 ** max(restart - 1, 0), LONGEST_PAUSE)


def web_command(environment: Environment) -> list[str]:
    """Granian serving the WSGI application."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi"),
        *("--host", environment.host, "--port", str(environment.port)),
        *("--workers", str(environment.web_processes)),
        *("--blocking-threads", str(environment.web_threads)),
        *("--workers-kill-timeout", "10", "--respawn-failed-workers"),
        *("--no-access-log", "--log-level", "warning"),
        "enishi.site.wsgi:application",
    ]


def worker_command() -> list[str]:
    """The dispatcher of background work."""
    return [sys.executable, "-m", "enishi.site.worker"]


def _bound_to_parent(parent: int) -> Callable[[], None]:
    """What a child does between fork and exec."""
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

    def bind() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, set())
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:
                os._exit(1)

    return bind


@dataclass(slots=True)
class Child:
    """A program that should be running."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    restarts: int = 0

    def start(self, now: float) -> None:
        self.started_at = now
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            self.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_bound_to_parent(os.getpid()),  # noqa: PLW1509 - one thread here
        )

    def signal(self, number: int) -> None:
        """Reach the child and everything that it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def note_end(self, now: float) -> float:
        """Clean up after a child that ended; the pause before it is started again."""
        self.signal(signal.SIGKILL)
        self.process = None
        self.restarts = 0 if now - self.started_at > CALM_SECONDS else self.restarts + 1
        pause = pause_before(self.restarts) if self.restarts else 0.0
        self.start_at = now + pause
        return pause


@dataclass(slots=True)
class Supervisor:
    """The loop around the children."""

    children: Sequence[Child]
    address: tuple[str, int]
    banner: str = ""
    say: Callable[[str], None] = field(default=lambda text: print(text, flush=True))  # noqa: T201

    def run(self) -> int:
        """Until a signal to stop comes; 0 when everything stopped as asked."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
        while True:
            self._start_due(time.monotonic())
            self._greet()
            received = signal.sigtimedwait(_WATCHED, 0.2 if self.banner else 1.0)
            if received is not None and received.si_signo in _STOP:
                return self.stop()
            self._mourn(time.monotonic())

    def _start_due(self, now: float) -> None:
        for child in self.children:
            if child.process is None and child.start_at <= now:
                child.start(now)

    def _mourn(self, now: float) -> None:
        for child in self.children:
            if child.process is not None and child.has_ended():
                code = child.process.returncode
                pause = child.note_end(now)
                self.say(f"enishi: {child.name} ended ({code}); starting it again in {pause:g} s")

    def _greet(self) -> None:
        """Show the banner once the address answers."""
        if self.banner and is_answering(self.address):
            self.say(self.banner)
            self.banner = ""

    def stop(self) -> int:
        """Ask all to stop, wait, and kill who does not."""
        for child in self.children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while self._alive() and time.monotonic() < deadline:
            received = signal.sigtimedwait(_WATCHED, 0.5)
            if received is not None and received.si_signo == signal.SIGINT:
                break  # a second Ctrl-C: now
        stubborn = [child.name for child in self._alive()]
        for child in self.children:
            child.signal(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
        if stubborn:
            self.say(f"enishi: {', '.join(stubborn)} did not stop in time and was killed")
        return 1 if stubborn else 0

    def _alive(self) -> list[Child]:
        return [child for child in self.children if child.process and not child.has_ended()]


def reachable(host: str) -> str:
    """The address under which this machine itself reaches a listener on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


def is_answering(address: tuple[str, int]) -> bool:
    """Whether somebody accepts connections there."""
    try:
        with socket.create_connection((reachable(address[0]), address[1]), timeout=1):
            return True
    except OSError:
        return False


def received_banner(variables: Mapping[str, str]) -> str:
    """What the program before this one left in the pipe."""
    descriptor = variables.get("ENISHI_BANNER", "")
    if not descriptor:
        return ""
    with os.fdopen(int(descriptor), encoding="utf-8") as pipe:
        return pipe.read()


def main() -> int:
    environment = Environment.read()
    banner = received_banner(os.environ)
    os.environ.pop("ENISHI_BANNER", None)
    children = [Child("web", web_command(environment)), Child("worker", worker_command())]
    return Supervisor(children, (environment.host, environment.port), banner).run()


if __name__ == "__main__":
    sys.exit(main())
