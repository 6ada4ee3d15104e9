"""Names of files that every system takes."""

from __future__ import annotations

import re
from datetime import date

_FORBIDDEN = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
_LONGEST = 60


def file_name(workspace: str, title: str, first: date, last: date) -> str:
    """`Workspace - Title - 2026-04-01 - 2026-04-30`, without an ending.

    Characters that Windows or macOS refuse become spaces; Japanese stays.
    """
    parts = (workspace, title, first.isoformat(), last.isoformat())
    return " - ".join(tidy(part) for part in parts if tidy(part))


def tidy(text: str) -> str:
    """A part of a name."""
    return " ".join(_FORBIDDEN.sub(" ", text).split())[:_LONGEST].rstrip(". ")
