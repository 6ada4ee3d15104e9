"""What was said about an attempt: our words, kept so that each reader gets their language.

A lazy translation is stored as its text and values, not as a finished sentence; what the
network itself said stands apart, verbatim.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext

_MARK = '{"say":'
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Said:
    """`text` is the untranslated sentence, `quote` the network's own words."""

    text: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    quote: str = ""

    @property
    def words(self) -> str:
        """Our words in the reader's language."""
        if not self.text:
            return ""
        try:
            return gettext(self.text).format(**self.values) if self.values else gettext(self.text)
        except (KeyError, IndexError, ValueError):
            return self.text

    def __str__(self) -> str:
        return " ".join(part for part in (self.words, self.quote) if part)


def pack(message: object, detail: str = "") -> str:
    """What an error said, as a column of text keeps it; empty when it said nothing."""
    text, values = _source(message)
    if not text and not detail:
        return ""
    kept = {"say": text, "with": values, "quote": detail[:_LONGEST]}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def unpack(stored: str) -> Said:
    """The stored form as a value. What older versions stored counts as said by us."""
    if not stored.startswith(_MARK):
        return Said(stored)
    try:
        kept = json.loads(stored)
    except ValueError:
        return Said(stored)
    return Said(str(kept["say"]), dict(kept.get("with", {})), str(kept.get("quote", "")))


def _source(message: object) -> tuple[str, dict[str, str]]:
    """The text in the catalogue behind a lazy translation, and the values put into it.

    Pickling a lazy text is Django's own way of taking it apart: function, arguments, options.
    """
    if not isinstance(message, Promise):
        return str(message or ""), {}
    _function, arguments, options, *_kinds = message.__reduce__()[1]  # type: ignore[misc]
    if not arguments:
        return str(message), {}
    inner, _no_values = _source(arguments[0])
    if isinstance(arguments[0], Promise):
        return inner, {name: str(value)[:_LONGEST] for name, value in options.items()}
    return (str(arguments[0]), {}) if len(arguments) == 1 else (str(message), {})
