"""The libraries that write files, each loaded when it is first used.

A process that makes no report never loads them. Every other module takes them from here.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class _OnFirstUse:
    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)


pptx: Any = _OnFirstUse("pptx")
xlsxwriter: Any = _OnFirstUse("xlsxwriter")
