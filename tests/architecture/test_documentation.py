"""The documentation says what the code does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from enishi.channels import registry
from enishi.devtools import reference
from tests.architecture import sources

VARIABLE = re.compile(r"(?:\bget\(|environ\[)\s*[\"'](ENISHI_[A-Z_]+)[\"']")
INTERNAL = {"ENISHI_BANNER"}
PRIVATE = re.compile(r"/work/|\bissues? \d", re.IGNORECASE)


def test_it_documents_every_setting() -> None:
    read = {
        name
        for path in sources.python_files()
        if "devtools" not in path.parts
        for name in VARIABLE.findall(path.read_text())
    }
    documented = {name for name, _, _ in reference.settings()}
    assert read - INTERNAL - documented == set()


def test_it_keeps_the_reference_pages_equal_to_the_code() -> None:
    assert reference.differences() == []


def test_it_documents_every_tool_and_command() -> None:
    assert [tool.name for tool in reference.tools() if not tool.description] == []
    undocumented = [path for _, _, path, summary in reference.operations() if not summary]
    assert undocumented == []


def test_it_has_a_page_for_every_adapter() -> None:
    folder = sources.PACKAGE / "adapters"
    assert [
        adapter.manifest.id
        for adapter in registry.all()
        if not (folder / adapter.manifest.id / "README.md").exists()
    ] == []


def test_it_lists_every_requirement_once(root: Path) -> None:
    groups = tomllib.loads((root / "docs" / "requirements.toml").read_text())["group"]
    numbers = [number for group in groups for number in group["titles"]]
    assert numbers == [f"R{number:03}" for number in range(1, 139)]


def test_it_links_only_to_pages_that_exist(root: Path) -> None:
    pages = [*root.glob("*.md"), *(root / "docs").rglob("*.md")]
    link = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)")
    broken = [
        f"{page.relative_to(root)} → {target}"
        for page in pages
        for target in link.findall(page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_it_speaks_of_no_private_place(root: Path) -> None:
    files = [*root.glob("*.md"), *(root / "docs").rglob("*.md"), *sources.python_files()]
    assert [str(path) for path in files if PRIVATE.search(path.read_text())] == []
