"""Runs the checks and tests: `check` (quick), `all` (everything), `prove` (long proofs).

Each stage is a program; what it says is shown as it comes for tests, and only on failure
for checks. One summary ends the run, with the plain line "N passed, N failed, N skipped".
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
BIN = ROOT / ".venv" / "bin"
PYTHON = BIN / "python"
REPORTS = ROOT / ".cache" / "tests"
PACKAGES = {
    # Debian package → a program or file that it brings
    "chromium": "/usr/bin/chromium",
    "fonts-noto-cjk": "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "fonts-noto-color-emoji": "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf",
    "postgresql": "/usr/share/postgresql-common",
    "rabbitmq-server": "/usr/sbin/rabbitmq-server",
    "redis-server": "/usr/bin/redis-server",
}
NO_TESTS = 5


@dataclass(slots=True)
class Outcome:
    """How a stage went."""

    name: str
    code: int
    seconds: float
    counts: dict[str, int] = field(default_factory=dict)
    output: str = ""

    @property
    def passed(self) -> bool:
        return self.code == 0


# ── Checks ─────────────────────────────────────────────────────────────────────────────


def checks() -> dict[str, list[object]]:
    """The quick programs, by the name of what they look after."""
    everything = ["src", "tests", "tools", "benchmarks", "conftest.py"]
    present = [name for name in everything if (ROOT / name).exists()]
    module = [PYTHON, "-m"]
    return {
        "types": [BIN / "mypy", *present],
        "format": [BIN / "ruff", "format", "--check", "--quiet", "."],
        "lint": [BIN / "ruff", "check", "--quiet", "."],
        "templates": [PYTHON, ROOT / "tools" / "templates.py"],
        "import contracts": [BIN / "lint-imports", "--no-logo"],
        "house rules": [BIN / "enishi-check"],
        "migrations": [*module, "django", "makemigrations", "--check", "--dry-run"],
    }


def run_check(name: str, command: Sequence[object]) -> Outcome:
    begun = time.monotonic()
    done = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        env=os.environ | check_environment(),
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return Outcome(name, done.returncode, time.monotonic() - begun, output=done.stdout.strip())


def check_environment() -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "enishi.site.settings",
        "ENISHI_HOME": str(ROOT / ".cache" / "check-home"),
    }


def run_checks() -> list[Outcome]:
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        outcomes = list(pool.map(lambda pair: run_check(*pair), checks().items()))
    for outcome in outcomes:
        print(f"  {'✓' if outcome.passed else '✗'} {outcome.name} ({outcome.seconds:.1f} s)")
        if not outcome.passed:
            print(outcome.output, flush=True)
    return outcomes


# ── Tests ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Stage:
    """A call of pytest."""

    name: str
    folders: tuple[str, ...]
    options: tuple[str, ...] = ("-n", "auto")
    environment: Mapping[str, str] = field(default_factory=dict)


TWO = ("-n", "2", "--dist", "worksteal")
PATIENT = "worker_killed or test_run or stopping or bluesky"
"""Acceptance tests that a neighbour does not disturb: they measure no time."""
QUICK = Stage("unit", ("unit", "architecture"))
STAGES = (
    Stage("integration", ("integration", "functional", "adapters")),
    Stage("contract", ("contract",), ("--live",)),
    Stage("kills", ("acceptance",), ("--live", *TWO, "-k", PATIENT)),
    Stage("faults", ("acceptance",), ("--live", "-k", f"not ({PATIENT})")),
    Stage("browser", ("browser",), ("--live",)),
)
ON_POSTGRES = (
    Stage("integration on PostgreSQL", ("integration", "functional")),
    # networks fail alike on every database: in full on both only in `prove`
    Stage("kills on PostgreSQL", ("acceptance",), (*TWO, "-k", "worker_killed or stopping")),
    Stage(
        "faults on PostgreSQL",
        ("acceptance",),
        ("-m", "not live", "-k", "carriers or lock or restart or tokens"),
    ),
)
PROOF = ROOT / ".cache" / "tests" / "proof.jsonl"
_KILLS = {"ENISHI_KILLS": os.environ.get("ENISHI_KILLS", "100")}  # with one worker and with three
_CARRIED = {"ENISHI_CARRIER_KILLS": os.environ.get("ENISHI_CARRIER_KILLS", "40")}
_LONG = {"ENISHI_LONG": "1"}
_SOAK = {"ENISHI_SOAK_MINUTES": os.environ.get("ENISHI_SOAK_MINUTES", "20")}
_BLUESKY = {"ENISHI_BLUESKY_POSTS": "200"}
PROOFS = (
    Stage("kills", ("acceptance",), ("-k", "test_worker_killed"), _KILLS),
    Stage("faults", ("acceptance",), ("-k", "test_faults"), _LONG),
    Stage("soak", ("acceptance",), ("-s", "-k", "test_soak"), _SOAK),
)
CARRIERS = Stage("carriers", ("acceptance",), ("-k", "test_carriers"), _CARRIED)
PROOFS_ONCE = (
    Stage("histories", ("integration",), ("-k", "history"), {"ENISHI_HISTORIES": "1500"}),
    Stage("rollups", ("unit",), ("-k", "rollups_and_rows"), {"ENISHI_HISTORIES": "1500"}),
    Stage("Bluesky", ("acceptance",), ("--live", "-k", "test_live_bluesky"), _BLUESKY),
)


def run_stage(stage: Stage, *also: str) -> Outcome:
    """Run pytest over the stage's folders, showing what it says."""
    folders = [f"tests/{folder}" for folder in stage.folders if has_tests(folder)]
    if not folders:
        return Outcome(stage.name, 0, 0.0)
    slug = re.sub(r"\W+", "-", stage.name.lower())
    report = REPORTS / f"{slug}.xml"
    report.unlink(missing_ok=True)
    print(f"\n── {stage.name} " + "─" * (70 - len(stage.name)), flush=True)
    begun = time.monotonic()
    options = (*stage.options, "-q", "--no-header", f"--junit-xml={report}", *also)
    done = subprocess.run(
        [str(word) for word in (PYTHON, "-m", "pytest", *folders, *options)],
        cwd=ROOT,
        env=os.environ | stage.environment | {"ENISHI_TEST_RUN": slug},
        check=False,
    )
    code = 0 if done.returncode == NO_TESTS and also else done.returncode
    return Outcome(stage.name, code, time.monotonic() - begun, counts(report))


def has_tests(folder: str) -> bool:
    return any((ROOT / "tests" / folder).rglob("test_*.py"))


def counts(report: Path) -> dict[str, int]:
    """Passed, failed and skipped, from a JUnit report."""
    if not report.exists():
        return {}
    total = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for suite in ET.parse(report).getroot().iter("testsuite"):  # noqa: S314 - our own file
        for name in total:
            total[name] += int(suite.get(name, 0))
    failed = total["failures"] + total["errors"]
    passed = total["tests"] - failed - total["skipped"]
    return {"passed": passed, "failed": failed, "skipped": total["skipped"]}


@contextlib.contextmanager
def postgres() -> Iterator[dict[str, str]]:
    """The environment for tests on a PostgreSQL that runs as long as the block."""
    from tests.lab.postgres import postgres_server  # noqa: PLC0415 - not needed by `check`

    with postgres_server() as server:
        yield {"ENISHI_DATABASE_URL": server.url}


def install_packages() -> None:
    """As root: install the Debian packages that the tests need."""
    missing = [name for name, file in PACKAGES.items() if not Path(file).exists()]
    if not missing:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(f"  ! Missing packages. Type:  sudo apt install {' '.join(missing)}", flush=True)
        return
    from tests.lab.processes import no_services  # noqa: PLC0415 - not needed by `check`

    print(f"  · Installing {', '.join(missing)} …", flush=True)
    with no_services():
        _install(missing)


def _install(missing: Sequence[str]) -> None:
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-q"], ["install", "-yq", "--no-install-recommends", *missing]):
        done = subprocess.run(
            ["apt-get", *words], env=quiet, capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(done.stdout[-1500:] + done.stderr[-1500:])


# ── Commands ───────────────────────────────────────────────────────────────────────────


def check() -> list[Outcome]:
    return [*run_checks(), run_stage(QUICK)]


def everything() -> list[Outcome]:
    shutil.rmtree(ROOT / ".cache" / "requirements", ignore_errors=True)
    install_packages()
    PROOF.unlink(missing_ok=True)
    outcomes = check()
    outcomes += [run_stage(stage) for stage in STAGES]
    with postgres() as environment:
        outcomes += [run_stage(_with(stage, environment)) for stage in ON_POSTGRES]
    return outcomes


def prove() -> list[Outcome]:
    """What takes long: kills, faults in full length, histories, a real network, a soak."""
    install_packages()
    PROOF.unlink(missing_ok=True)
    outcomes = [run_stage(proof) for proof in (*PROOFS, *PROOFS_ONCE)]
    with postgres() as environment:
        outcomes += [run_stage(_on_postgres(proof, environment)) for proof in (*PROOFS, CARRIERS)]
    show_proof()
    return outcomes


def _on_postgres(stage: Stage, environment: Mapping[str, str]) -> Stage:
    name = f"{stage.name} on PostgreSQL"
    return replace(stage, name=name, environment={**stage.environment, **environment})


def show_proof() -> None:
    """The table of faults and outcomes that the acceptance tests wrote."""
    if not PROOF.exists():
        return
    print("\n── Faults and outcomes, by the networks' own records " + "─" * 20)
    heads = ("database", "workers", "kills", "wanted", "lost", "doubled")
    print(f"  {'scene':28}" + "".join(f"{head:>11}" for head in heads) + "  settled")
    for line in PROOF.read_text().splitlines():
        row = json.loads(line)
        states = ", ".join(f"{count} {state}" for state, count in row["states"].items())
        cells = "".join(f"{row[head]:>11}" for head in heads)
        print(f"  {row['scene'][:28]:28}{cells}  {states} ({row['seconds']} s)")


def _with(stage: Stage, environment: Mapping[str, str]) -> Stage:
    return replace(stage, environment=environment)


def summarise(outcomes: Sequence[Outcome]) -> int:
    """Print the table and the closing line; the exit code."""
    print("\n── Summary " + "─" * 60)
    total = {"passed": 0, "failed": 0, "skipped": 0}
    for outcome in outcomes:
        for name, number in outcome.counts.items():
            total[name] += number
        told = ", ".join(f"{number} {name}" for name, number in outcome.counts.items() if number)
        mark = "✓" if outcome.passed else "✗"
        print(f"  {mark} {outcome.name:28} {outcome.seconds:7.1f} s  {told}")
    broken = [outcome.name for outcome in outcomes if not outcome.passed]
    if broken:
        print(f"\n  Not in order: {', '.join(broken)}")
    if not total["failed"] and any(not outcome.counts for outcome in outcomes if outcome.code):
        total["failed"] += 1  # a check, or a stage that ended before it could count
    print(f"\n{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return 1 if broken else 0


COMMANDS = {"check": check, "all": everything, "prove": prove}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        print(__doc__)
        return 2
    REPORTS.mkdir(parents=True, exist_ok=True)
    return summarise(COMMANDS[arguments[0]]())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
