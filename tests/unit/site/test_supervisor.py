from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from enishi.site import supervisor
from enishi.site.environment import Environment
from enishi.site.supervisor import Child

SCRIPT = """
import sys
from enishi.site.supervisor import Child, Supervisor

commands = [[sys.executable, "-c", code] for code in sys.argv[1:]]
children = [Child(f"child {n}", command) for n, command in enumerate(commands)]
sys.exit(Supervisor(children, ("127.0.0.1", 9)).run())
"""
SLEEPS = "import time; time.sleep(60)"
GRANDCHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)  # {mark}"])
time.sleep(60)  # {mark}
"""


def eventually(condition: Callable[[], object], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def processes_marked(mark: str) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if f"# {mark}".encode() in command and b"supervisor" not in command:
            found.append(int(entry.name))
    return found


@contextmanager
def started(*codes: str) -> Iterator[subprocess.Popen[str]]:
    """A supervisor over children that run these programs."""
    command = [sys.executable, "-c", SCRIPT, *codes]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("restart", "seconds"), [(1, 1.0), (2, 2.0), (3, 4.0), (5, 16.0), (6, 30.0), (99, 30.0)]
)
def test_it_waits_longer_before_each_restart(restart: int, seconds: float) -> None:
    assert supervisor.pause_before(restart) == seconds


def test_it_forgives_a_child_that_ran_long() -> None:
    child = Child("web", [], started_at=0.0, restarts=4)
    assert child.note_end(supervisor.CALM_SECONDS + 1) == 0.0
    assert child.restarts == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_stops_everything_when_asked(number: signal.Signals) -> None:
    mark = f"asked-{number.name}-{os.getpid()}"
    code = GRANDCHILD.format(mark=mark)
    with started(code, code) as process:
        eventually(lambda: len(processes_marked(mark)) >= 4)
        process.send_signal(number)
        assert process.wait(10) == 0
    eventually(lambda: not processes_marked(mark))


def test_it_leaves_no_orphan_when_it_is_killed_hard() -> None:
    mark = f"orphan-{os.getpid()}"
    with started(f"{SLEEPS}  # {mark}") as process:
        eventually(lambda: processes_marked(mark))
        process.kill()
        process.wait(10)
    eventually(lambda: not processes_marked(mark))


def test_it_starts_a_crashed_child_again() -> None:
    with started("import sys; sys.exit(3)", SLEEPS) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline(), process.stdout.readline()]
        process.terminate()
        assert process.wait(10) == 0
    assert lines == [
        "enishi: child 0 ended (3); starting it again in 1 s\n",
        "enishi: child 0 ended (3); starting it again in 2 s\n",
    ]


def test_it_says_whether_somebody_answers() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        assert supervisor.is_answering(("0.0.0.0", port))  # noqa: S104 - asked, not bound
    assert not supervisor.is_answering(("127.0.0.1", port))


def test_it_serves_on_the_address_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENISHI_HOST", "127.0.0.9")
    monkeypatch.setenv("ENISHI_PORT", "8765")
    command = supervisor.web_command(Environment.read())
    assert command[command.index("--host") + 1] == "127.0.0.9"
    assert command[command.index("--port") + 1] == "8765"


def test_it_loads_no_framework() -> None:
    code = "import sys, enishi.site.supervisor; print({'django', 'ibis'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
