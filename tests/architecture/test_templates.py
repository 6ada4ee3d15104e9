"""What the content security policy and readers of screens ask of templates."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture import sources

FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]+\sstyle\s*=", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]+\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "an hx-on attribute": re.compile(r"\shx-on[:a-z-]*\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an inline script": re.compile(
        r"<script\b(?![^>]*\bsrc=)(?![^>]*type=[\"']application/json)", re.IGNORECASE
    ),
    "a file of another server": re.compile(
        r"<(?:script|img|iframe)\b[^>]*\ssrc=[\"'](?:https?:)?//", re.IGNORECASE
    ),
    "an image without alt": re.compile(r"<img\b(?![^>]*\balt=)", re.IGNORECASE),
}
COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}", re.DOTALL)


@pytest.mark.parametrize("path", sources.templates(), ids=sources.name_of)
def test_it_keeps_templates_within_the_policy(path: Path) -> None:
    text = COMMENT.sub("", path.read_text())
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []
