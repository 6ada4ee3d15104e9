"""Size budgets: a function fits on a screen, a file in a head, an adapter in an afternoon.

Lines are lines of code: blank lines, comments and docstrings are free. A file that must be
larger says why in a comment `# budget: <reason>`; an adapter says it in `quality.toml` as
`budget = { status = "exempt", reason = "…" }`.
"""

from __future__ import annotations

import ast
import io
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

import enishi

PACKAGE = Path(enishi.__file__).parent
FUNCTION_LINES = 60
FILE_LINES = 500
ADAPTER_LINES = 600
WAIVER = "# budget:"
_NO_CODE = frozenset(
    {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    }
)


def budgets(package: Path = PACKAGE) -> Iterator[str]:
    """What is larger than it should be."""
    for path in sorted(package.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        source = path.read_text(encoding="utf-8")
        if WAIVER not in source:
            place = path.relative_to(package)
            yield from (f"{place}: {problem}" for problem in _file(source))
    for folder in sorted((package / "adapters").glob("*/")):
        if (folder / "adapter.py").is_file():
            yield from _adapter(folder)


def _file(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    if (size := code_lines(source)) > FILE_LINES:
        yield f"{size} lines, at most {FILE_LINES}"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            if size > FUNCTION_LINES:
                yield f"{node.lineno}: {node.name} has {size} lines, at most {FUNCTION_LINES}"


def code_lines(source: str) -> int:
    """The lines that hold code: not blank, no comment, no docstring."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _NO_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            lines.difference_update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(lines)


def _adapter(folder: Path) -> Iterator[str]:
    size = sum(code_lines(path.read_text(encoding="utf-8")) for path in folder.rglob("*.py"))
    if size > ADAPTER_LINES and not _exempt(folder):
        yield f"adapters/{folder.name}: {size} lines, at most {ADAPTER_LINES}"


def _exempt(folder: Path) -> bool:
    path = folder / "quality.toml"
    answers = tomllib.loads(path.read_text()) if path.is_file() else {}
    answer = answers.get("budget")
    return isinstance(answer, dict) and bool(answer.get("reason"))


CHECKS = {"budgets": budgets}
