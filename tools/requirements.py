"""Prints R001 to R138: which tests prove each, and how these ended when they last ran.

requirements.py            the list for a terminal
requirements.py markdown   the proved ones as a table for the README
"""

from __future__ import annotations

import ast
import json
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / ".cache" / "requirements"


@dataclass(slots=True)
class Proof:
    """The tests of one requirement and the outcomes that are known."""

    tests: set[str] = field(default_factory=set)
    outcomes: dict[str, str] = field(default_factory=dict)

    @property
    def state(self) -> str:
        if not self.tests and not self.outcomes:
            return "open"
        known = set(self.outcomes.values())
        if "failed" in known:
            return "failing"
        return "proved" if "passed" in known else "not run"


def titles() -> dict[str, dict[str, str]]:
    """The requirements' titles by group."""
    data = tomllib.loads((ROOT / "docs" / "requirements.toml").read_text())
    return {group["name"]: group["titles"] for group in data["group"]}


def marked_tests() -> Iterator[tuple[str, str]]:
    """(number, test) for each marker in the sources, without running anything."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text())
        name = str(path.relative_to(ROOT))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                for number in _numbers(node.decorator_list):
                    yield number, f"{name}::{node.name}"
        for number in _module_numbers(tree):
            yield number, name


def _numbers(decorators: list[ast.expr]) -> Iterator[str]:
    for decorator in decorators:
        yield from _markers(decorator)


def _markers(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            argument = node.args[0] if node.args else None
            if node.func.attr == "requirement" and isinstance(argument, ast.Constant):
                yield str(argument.value)


def _module_numbers(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and "pytestmark" in ast.dump(node.targets[0]):
            yield from _markers(node.value)


def proofs() -> Mapping[str, Proof]:
    """What is known of each requirement that a test names."""
    found: defaultdict[str, Proof] = defaultdict(Proof)
    for number, test in marked_tests():
        found[number].tests.add(test)
    for path in sorted(RESULTS.glob("*.jsonl"), key=lambda file: file.stat().st_mtime):
        for line in path.read_text().splitlines():
            result = json.loads(line)
            _note(found[result["requirement"]], result["test"], result["outcome"])
    return found


def _note(proof: Proof, test: str, outcome: str) -> None:
    """A failure on one database is not undone by a success on the other."""
    if proof.outcomes.get(test) != "failed":
        proof.outcomes[test] = outcome


def show() -> None:
    known = proofs()
    counted: defaultdict[str, int] = defaultdict(int)
    for group, entries in titles().items():
        print(f"\n{group}")
        for number, title in entries.items():
            proof = known.get(number, Proof())
            counted[proof.state] += 1
            print(f"  {number}  {proof.state:8}{title}")
            for test in sorted(proof.tests):
                print(f"                  {test}")
    total = sum(counted.values())
    states = ", ".join(f"{counted[state]} {state}" for state in sorted(counted))
    print(f"\n{total} requirements: {states}.")


def show_markdown() -> None:
    known = proofs()
    print("| | requirement | tests |\n|---|---|---|")
    for entries in titles().values():
        for number, title in entries.items():
            if number in known and known[number].state == "proved":
                print(f"| {number} | {title} | {len(known[number].tests)} |")


if __name__ == "__main__":
    (show_markdown if sys.argv[1:] == ["markdown"] else show)()
