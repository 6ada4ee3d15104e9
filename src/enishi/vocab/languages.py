"""Language tags (BCP 47) and the choice among translations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_TAG: Final = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})"  # language
    r"(?:-[a-z]{4})?"  # script
    r"(?:-(?:[a-z]{2}|\d{3}))?"  # region
    r"(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*"  # variants
    r"(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*"  # extensions
    r"(?:-x(?:-[a-z0-9]{1,8})+)?"  # private use
    r"|x(?:-[a-z0-9]{1,8})+|i-[a-z0-9]{2,8}",
    re.IGNORECASE,
)


def is_tag(text: str) -> bool:
    """Whether the text is a well-formed language tag (`@none` is JSON-LD's "no language")."""
    return text == "@none" or _TAG.fullmatch(text) is not None


def choose(translations: Mapping[str, Any], language: str) -> Any:
    """The best translation: the same tag, then a wider or narrower one, else None."""
    wanted = language.lower()
    by_tag = {tag.lower(): value for tag, value in translations.items()}
    while wanted:
        if wanted in by_tag:
            return by_tag[wanted]
        wanted = wanted.rpartition("-")[0]
    main = language.lower().partition("-")[0]
    return next((value for tag, value in by_tag.items() if tag.partition("-")[0] == main), None)
