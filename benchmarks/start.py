"""How long a newcomer waits, and how much memory the running pair takes.

    python benchmarks/start.py [--python /usr/bin/python3]

Clones this repository into a temporary folder and types `make run` there, twice: from
nothing to the first page answered, and again. Memory is the proportional set size (PSS) and
the resident set size (RSS) of supervisor, web and worker after a minute at rest. The
downloads of packages are part of the first figure, unless uv and npm have them cached.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORT = 18099
REST_SECONDS = 60
LIMIT_MEGABYTES = 350


def first_page(process: subprocess.Popen[bytes]) -> None:
    """Wait until the front page answers."""
    while True:
        if process.poll() is not None:
            raise SystemExit("make run ended")
        with contextlib.suppress(OSError, HTTPException):
            connection = HTTPConnection("127.0.0.1", PORT, timeout=30)
            connection.request("GET", "/account/login/")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.05)


@contextlib.contextmanager
def make_run(folder: Path, home: Path, python: str) -> Iterator[float]:
    """`make run`; the value is the seconds until the first page."""
    environment = os.environ | {
        "ENISHI_HOME": str(home),
        "ENISHI_PORT": str(PORT),
        "PYTHON": python,
    }
    begun = time.monotonic()
    with (home.parent / "log").open("ab") as log:
        process = subprocess.Popen(
            ["make", "run", f"PYTHON={python}"],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        first_page(process)
        yield time.monotonic() - begun
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)


def memory(home: Path) -> dict[str, tuple[float, float]]:
    """(PSS, RSS) in megabytes of each process with this data folder, by its kind."""
    mark = f"ENISHI_HOME={home}".encode()
    found: dict[str, tuple[float, float]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        kind = ""
        try:
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                kind = kind_of((entry / "cmdline").read_bytes())
                pss, rss = sizes(entry)
        except OSError:
            continue
        if kind:
            before = found.get(kind, (0.0, 0.0))
            found[kind] = (before[0] + pss, before[1] + rss)
    return found


def kind_of(command: bytes) -> str:
    for text, kind in ((b"supervisor", "supervisor"), (b"granian", "web"), (b"worker", "worker")):
        if text in command:
            return kind
    return ""


def sizes(entry: Path) -> tuple[float, float]:
    values = {}
    for line in (entry / "smaps_rollup").read_text().splitlines()[1:]:
        name, amount, *_ = line.split()
        values[name] = int(amount) / 1024
    return values["Pss:"], values["Rss:"]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--python", default="python3")
    arguments = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="enishi-start-"))
    try:
        subprocess.run(["git", "clone", "--quiet", ROOT, place / "enishi"], check=True)
        home = place / "home"
        home.mkdir()
        with make_run(place / "enishi", home, arguments.python) as first:
            pass
        with make_run(place / "enishi", home, arguments.python) as second:
            time.sleep(REST_SECONDS)
            used = memory(home)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    show(first, second, used)
    return 0


def show(first: float, second: float, used: dict[str, tuple[float, float]]) -> None:
    print("\n| what | measured |\n|---|---:|")
    print(f"| fresh clone → first page | {first:.1f} s |")
    print(f"| second start → first page | {second:.1f} s |")
    for kind, (pss, rss) in sorted(used.items()):
        print(f"| memory of {kind} at rest (PSS / RSS) | {pss:.0f} / {rss:.0f} MB |")
    pss, rss = (sum(values) for values in zip(*used.values(), strict=True))
    verdict = "met" if pss <= LIMIT_MEGABYTES else "missed"
    print(f"| memory of all (PSS / RSS) | {pss:.0f} / {rss:.0f} MB |")
    print(f"\nAim: at most {LIMIT_MEGABYTES} MB at rest: {verdict}.")


if __name__ == "__main__":
    sys.exit(main())
