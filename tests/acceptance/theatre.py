"""Real workers, a real database and a platform that keeps the record: the house for faults.

The times that production waits are shortened for the workers (`FAST`), all by the same
measure: an answer is waited for less long than a dead worker's claim is left alone.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg

from tests.lab import loopback, processes
from tests.lab.loopback import Platform, Verdict, Wanted
from tests.lab.postgres import FragileServer

STAGE = Path(__file__).parent / "stage.py"
SABOTEUR = processes.ROOT / "tests" / "lab" / "saboteur"
REPORT = processes.ROOT / ".cache" / "tests" / "proof.jsonl"
PATIENCE = 90.0
FAST = {
    "enishi.channels.http.transport:READ_SECONDS": "1.5",
    "enishi.publishing.parts:_TRUSTED_SECONDS": "1.0",
    "enishi.publishing.core.settling:BACKOFF": (
        "Backoff(first=timedelta(seconds=0.4), longest=timedelta(seconds=2), attempts=60)"
    ),
}
PUBLISHED = frozenset({"published"})
ASKED = frozenset({"published", "unknown"})


def wait_until(condition: Callable[[], Any], patience: float = PATIENCE, every: float = 0.1) -> Any:
    """Wait for something to become true; its value."""
    deadline = time.monotonic() + patience
    while not (value := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(every)
    return value


@dataclass(slots=True)
class Theatre:
    """One database, one platform, any number of workers."""

    folder: Path
    database: str
    platform: Platform
    environment: dict[str, str]
    wanted: dict[str, Wanted] = field(default_factory=dict)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    server: FragileServer | None = None
    disk: Path | None = None
    kills: int = 0
    begun: float = field(default_factory=time.monotonic)

    @property
    def on_postgres(self) -> bool:
        return self.database.startswith("postgres")

    # ── The stage ──────────────────────────────────────────────────────────────────────

    def cast(
        self, channels: int = 4, flavours: Sequence[str] = ("key", "readback")
    ) -> list[dict[str, Any]]:
        """Channels of the platform, with fresh sessions the first time."""
        names = [
            (flavours[number % len(flavours)], f"{flavours[number % len(flavours)]}{number}")
            for number in range(channels)
        ]
        return [
            {
                "adapter": f"loopback_{flavour}",
                "account": name,
                "url": self.platform.url,
                "secrets": {} if self.wanted else self.platform.sign_in(name),
            }
            for flavour, name in names
        ]

    def prepare(self, posts: int, cast: Sequence[Mapping[str, Any]] = ()) -> None:
        """Let so many more posts be due at once."""
        self.want(self.on_stage("prepare", json.dumps(cast or self.cast()), str(posts)))

    def revise(self, mark: str, place: int) -> list[str]:
        """Let every fourth published post be changed; the texts that are wanted then."""
        said = self.on_stage("revise", mark, str(place))
        self.wanted = {
            said.get(text, text): replace(item, below=said.get(item.below, item.below))
            for text, item in self.wanted.items()
        }
        return list(said.values())

    def want(self, items: Sequence[Mapping[str, Any]]) -> None:
        """These are to stand in the end."""
        for item in items:
            fields = {name: value for name, value in item.items() if name != "text"}
            self.wanted[item["text"]] = Wanted(**fields)

    def on_stage(self, *words: str) -> Any:
        done = subprocess.run(
            [sys.executable, str(STAGE), *words],
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout) if done.stdout else None

    # ── Workers ────────────────────────────────────────────────────────────────────────

    def start(self, *, die: str = "", **environment: str) -> subprocess.Popen[bytes]:
        """The process that `enishi worker` is; `die` is a place where it kills itself."""
        variables = self.environment | environment | ({"LAB_DIE": die} if die else {})
        command = [sys.executable, "-m", "enishi.site.cli", "worker"]
        with (self.folder / "workers.log").open("ab") as log:
            worker = subprocess.Popen(command, env=variables, stdout=log, stderr=log)
        self.workers.append(worker)
        return worker

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """SIGKILL, and no farewell."""
        assert worker.poll() is None, self.complaint()
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        self.kills += 1

    def dies(self, worker: subprocess.Popen[bytes], patience: float = PATIENCE) -> None:
        """Wait until a worker killed itself where it was told to."""
        assert worker.wait(patience) == -signal.SIGKILL, self.complaint()
        self.kills += 1

    def at_work(self, worker: subprocess.Popen[bytes]) -> bool:
        """Whether a worker has signed in and is alive."""
        assert worker.poll() is None, self.complaint()
        found = self.query(f"SELECT count(*) FROM jobs_worker WHERE pid = {worker.pid}")
        return bool(found[0][0])

    def close(self) -> None:
        """End every worker that is left."""
        for worker in self.workers:
            if worker.poll() is None:
                worker.kill()
            worker.wait()

    def complaint(self) -> str:
        """The end of what the workers said."""
        log = self.folder / "workers.log"
        return log.read_text(errors="replace")[-3000:] if log.exists() else ""

    # ── What is known ──────────────────────────────────────────────────────────────────

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the product's database, past the product."""
        if self.on_postgres:
            with psycopg.connect(self.database, autocommit=True) as connection:
                return connection.execute(statement.encode()).fetchall()
        path = self.database.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, timeout=30)) as connection:
            return connection.execute(statement).fetchall()

    def states(self) -> Counter[str]:
        """How many deliveries stand where."""
        rows = self.query("SELECT state, count(*) FROM publishing_delivery GROUP BY state")
        return Counter(dict(rows))

    def settled(self, ends: frozenset[str] = PUBLISHED) -> bool:
        """Whether every delivery came to one of these ends."""
        return set(self.states()) <= ends

    def settle(self, ends: frozenset[str] = PUBLISHED, patience: float = PATIENCE) -> None:
        """Wait until everything is settled."""
        deadline = time.monotonic() + patience
        while not self.settled(ends):
            assert time.monotonic() < deadline, f"{self.states()} {self.complaint()}"
            time.sleep(0.2)

    def verdict(self) -> Verdict:
        """The platform's own record compared with what was wanted."""
        return self.platform.judge.judge(self.wanted)

    def recorded(self) -> int:
        """How many publications and changes of them the log tells of."""
        condition = "type IN ('Create', 'Update') AND direction = 'outbound'"
        return self.query(f"SELECT count(*) FROM activities_activity WHERE {condition}")[0][0]

    def deliveries(self) -> int:
        return sum(self.states().values())

    # ── The end ────────────────────────────────────────────────────────────────────────

    def judge(
        self,
        scene: str,
        workers: int = 1,
        verdict: Verdict | None = None,
        *,
        read_back: bool = False,
        **more: object,
    ) -> None:
        """Each post exactly once, in its place, and told of once; write down the figures."""
        verdict = verdict or self.verdict()
        self.note(scene, workers, verdict, **more)
        assert verdict.clean, verdict
        if not read_back:  # reading tells the log of threads' further posts as well
            assert self.recorded() == self.deliveries()
        assert not self.platform.judge.incidents()["refresh token used twice"]

    def note(self, scene: str, workers: int, verdict: Verdict, **more: object) -> None:
        """A row for the table of `make prove`."""
        row = Row(
            scene,
            "PostgreSQL" if self.on_postgres else "SQLite",
            workers,
            self.kills,
            verdict.wanted,
            len(verdict.lost),
            len(verdict.doubled),
            dict(self.states()),
            self.platform.counts()["hits"],
            round(time.monotonic() - self.begun, 1),
            dict(more),
        )
        REPORT.parent.mkdir(parents=True, exist_ok=True)
        with REPORT.open("a") as file:
            file.write(json.dumps(asdict(row)) + "\n")
        print(row)  # noqa: T201 - shown when a test fails


@dataclass(frozen=True, slots=True)
class Row:
    """What one scene gave."""

    scene: str
    database: str
    workers: int
    kills: int
    wanted: int
    lost: int
    doubled: int
    states: Mapping[str, int]
    hits: Mapping[str, int]
    seconds: float
    more: Mapping[str, object]


def environment_of(base: Mapping[str, str], database: str, **settings: str) -> dict[str, str]:
    """The environment of programs that play here."""
    return {
        **base,
        "DJANGO_SETTINGS_MODULE": "enishi.site.settings",
        "ENISHI_DATABASE_URL": database,
        "ENISHI_JOBS_DEAD": "2",
        "ENISHI_JOBS_SETTLE": "3",
        "PYTHONPATH": os.pathsep.join([str(SABOTEUR), loopback.PYTHON_PATH]),
        "LAB_SET": json.dumps(FAST),
        **settings,
    }
