"""The source code as syntax trees, for tests that look at it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import enishi

PACKAGE = Path(enishi.__file__).parent


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def python_files(pattern: str = "**/*.py") -> list[Path]:
    """Files of the package, without generated ones."""
    return [path for path in sorted(PACKAGE.glob(pattern)) if "migrations" not in path.parts]


def templates() -> list[Path]:
    return sorted(PACKAGE.glob("*/templates/**/*.html"))


def name_of(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def action_modules() -> dict[str, list[Path]]:
    """The files that hold a slice's writes, by slice."""
    found: dict[str, list[Path]] = {}
    for path in [*python_files("*/actions.py"), *python_files("*/actions/*.py")]:
        found.setdefault(path.relative_to(PACKAGE).parts[0], []).append(path)
    return found


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions at the top of a module."""
    for node in tree_of(path).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def called_names(tree: ast.AST) -> set[str]:
    """The last part of the name of everything that is called below a node."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute):
                names.add(function.attr)
            elif isinstance(function, ast.Name):
                names.add(function.id)
    return names
