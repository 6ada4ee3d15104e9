"""Rules of the house that the linters cannot express."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from enishi.channels import registry
from tests.architecture import sources

SURFACES = ("views", "api", "cli", "mcp", "forms")
WRITES = {"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "save"}
TRANSLATION = {"django.utils.translation", "django.utils.functional"}


def surface_files() -> list[Path]:
    found = [path for name in SURFACES for path in sources.python_files(f"*/{name}.py")]
    return [*found, *sources.python_files("*/views/*.py")]


def takes_actor(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    arguments = [*function.args.posonlyargs, *function.args.args]
    return bool(arguments) and arguments[0].arg == "actor" and not function.name.startswith("_")


ALL_ACTIONS = {
    function.name
    for paths in sources.action_modules().values()
    for path in paths
    for function in sources.functions(path)
    if takes_actor(function)
}


def asks_for_permission(
    name: str, bodies: dict[str, ast.AST], seen: frozenset[str] = frozenset()
) -> bool:
    """Whether a function, or one of its slice that it calls, requires a permission."""
    called = sources.called_names(bodies[name])
    if {"require", "requires", "can"} & called or (called - set(bodies)) & ALL_ACTIONS:
        return True  # itself, or by handing over to another slice's action
    onward = (called & set(bodies)) - seen - {name}
    return any(asks_for_permission(other, bodies, seen | {name}) for other in onward)


def is_offered(name: str, path: Path) -> bool:
    """A package of actions also holds steps that they share; it exports the actions."""
    front = path.with_name("__init__.py")
    if path.name == "actions.py" or not front.exists():
        return True
    return f'"{name}"' in front.read_text()


@pytest.mark.parametrize("slice_name", sorted(sources.action_modules()))
@pytest.mark.requirement("R056")
def test_it_asks_for_a_permission_in_every_action(slice_name: str) -> None:
    helpers = [
        path
        for path in sources.python_files(f"{slice_name}/**/*.py")
        if not {path.stem, path.parent.name} & {"models", *SURFACES}
    ]
    paths = [*helpers, *sources.action_modules()[slice_name]]
    bodies: dict[str, ast.AST] = {
        function.name: function for path in paths for function in sources.functions(path)
    }
    actions = [
        function.name
        for path in sources.action_modules()[slice_name]
        for function in sources.functions(path)
        if takes_actor(function) and is_offered(function.name, path)
    ]
    assert [name for name in actions if not asks_for_permission(name, bodies)] == []


@pytest.mark.parametrize("path", surface_files(), ids=sources.name_of)
def test_it_writes_nothing_in_a_surface(path: Path) -> None:
    written = [
        f"{sources.name_of(path)}:{node.lineno} {node.func.attr}"
        for node in ast.walk(sources.tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and "objects" in ast.unparse(node.func.value)
    ]
    assert written == []


@pytest.mark.parametrize("path", sources.python_files("*/core/**/*.py"), ids=sources.name_of)
def test_it_keeps_decisions_pure(path: Path) -> None:
    foreign = {name for name in sources.imports(path) if name.split(".")[0] in {"django", "httpx"}}
    assert foreign <= TRANSLATION
    assert not [name for name in sources.imports(path) if name.endswith((".models", ".actions"))]


def compared_strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare | ast.MatchValue):
            for part in ast.walk(node):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.lineno, part.value


def test_it_asks_for_capabilities_and_not_for_networks() -> None:
    names = {adapter.manifest.id for adapter in registry.all()}
    leaks = [
        f"{sources.name_of(path)}:{line} {text!r}"
        for path in sources.python_files()
        if path.relative_to(sources.PACKAGE).parts[0] != "adapters"
        for line, text in compared_strings(sources.tree_of(path))
        if text in names
    ]
    assert leaks == []
