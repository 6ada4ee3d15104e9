"""Finds the slices and their surfaces, so that adding one edits no list."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import enishi

_ROOT = Path(enishi.__file__).parent


def slices() -> list[str]:
    """The dotted names of all folders that are Django apps."""
    return sorted(f"enishi.{path.parent.name}" for path in _ROOT.glob("*/apps.py"))


def surfaces(name: str) -> Iterator[tuple[str, ModuleType]]:
    """Each slice's module `name` (`urls`, `api`, `cli`, `mcp`), with the slice's short name."""
    for slice_name in slices():
        if find_spec(f"{slice_name}.{name}") is not None and slice_name != "enishi.site":
            yield slice_name.rpartition(".")[2], import_module(f"{slice_name}.{name}")
