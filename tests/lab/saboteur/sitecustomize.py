"""Loaded by every Python that has this folder on PYTHONPATH: breaks a process from inside.

Product code has no doors for tests; so this one patches modules as they are imported.

    LAB_SET    {"module:NAME": "expression in the module"}: other numbers, such as time-outs
    LAB_DIE    "module:function" or "module:Class.method", then ":before:3" or ":after:1":
               the process kills itself by SIGKILL at that passage
    LAB_CLOCK  a file with the seconds by which the product's clock is wrong
"""

from __future__ import annotations

import functools
import importlib.abc
import importlib.machinery
import inspect
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

Patch = Callable[[ModuleType], None]


def _other_value(name: str, expression: str) -> Patch:
    def patch(module: ModuleType) -> None:
        vars(module)[name]  # it must be there
        setattr(module, name, eval(expression, vars(module)))  # noqa: S307 - written by our tests

    return patch


class _Death:
    """Counts passages, and kills the process at the right one."""

    def __init__(self, when: str, passage: int) -> None:
        self._when = when
        self._left = passage

    def pass_by(self, when: str) -> None:
        if when != self._when:
            return
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def later(*args: Any, **kwargs: Any) -> Any:
                self.pass_by("before")
                value = await function(*args, **kwargs)
                self.pass_by("after")
                return value

            return later

        @functools.wraps(function)
        def now(*args: Any, **kwargs: Any) -> Any:
            self.pass_by("before")
            value = function(*args, **kwargs)
            self.pass_by("after")
            return value

        return now


def _deadly(path: str, death: _Death) -> Patch:
    def patch(module: ModuleType) -> None:
        *owners, name = path.split(".")
        owner: Any = module
        for step in owners:
            owner = getattr(owner, step)
        setattr(owner, name, death.around(getattr(owner, name)))

    return patch


def _wrong_clock(file: Path) -> Patch:
    def patch(module: ModuleType) -> None:
        right = module.now

        def now() -> Any:
            return right() + timedelta(seconds=float(file.read_text() or 0))

        module.now = now  # type: ignore[attr-defined]

    return patch


def _patches() -> dict[str, list[Patch]]:
    found: dict[str, list[Patch]] = {}
    for target, expression in json.loads(os.environ.get("LAB_SET") or "{}").items():
        module, _colon, name = target.partition(":")
        found.setdefault(module, []).append(_other_value(name, expression))
    if order := os.environ.get("LAB_DIE"):
        module, path, when, passage = order.split(":")
        found.setdefault(module, []).append(_deadly(path, _Death(when, int(passage))))
    if file := os.environ.get("LAB_CLOCK"):
        found.setdefault("enishi.kernel.clock", []).append(_wrong_clock(Path(file)))
    return found


class _Finder(importlib.abc.MetaPathFinder):
    """Finds modules as usual, and patches those that are named right after they ran."""

    def __init__(self, patches: dict[str, list[Patch]]) -> None:
        self._patches = patches

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        patches = self._patches.get(fullname)
        spec = importlib.machinery.PathFinder.find_spec(fullname, path) if patches else None
        if not patches or spec is None or spec.loader is None:
            return None
        run = spec.loader.exec_module

        def run_and_patch(module: ModuleType) -> None:
            run(module)
            for patch in patches:
                patch(module)

        spec.loader.exec_module = run_and_patch  # type: ignore[method-assign]
        return spec


sys.meta_path.insert(0, _Finder(_patches()))
