"""Reading lists that show the newest first, page by page, so that nothing is lost. Pure.

A walk starts at the newest item and goes back until it meets what an earlier walk saw. Its
cursor holds where it stands, so that it can be broken off anywhere and resumed; what arrives
meanwhile is met by the next walk. Items can appear a little out of order (their time is what
their author's program says), hence every walk looks an hour further back than needed and
remembers what it saw there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from hashlib import blake2b

OVERLAP_SECONDS = 3600
MAX_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list: what identifies it, and when it happened (seconds since 1970)."""

    key: str
    at: int


@dataclass(frozen=True, slots=True)
class Walk:
    """Where reading stands. `page` is the network's own cursor of the next page."""

    seen: int = 0
    top: int = 0
    page: str = ""
    known: dict[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, cursor: str) -> Walk:
        """The walk that a cursor describes; a cursor that cannot be read starts anew."""
        try:
            return cls(**json.loads(cursor)) if cursor else cls()
        except (ValueError, TypeError):
            return cls()

    def cursor(self) -> str:
        """The walk as text to be kept."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @property
    def walking(self) -> bool:
        """Whether there are further pages of this walk."""
        return bool(self.page)

    def is_new(self, item: Item) -> bool:
        """Whether no walk has seen this item."""
        return item.at > self._floor and _short(item.key) not in self.known

    @property
    def _floor(self) -> int:
        return self.seen - OVERLAP_SECONDS

    def after(self, items: Sequence[Item], next_page: str) -> Walk:
        """Where reading stands when a page has been read."""
        top = max([self.top, self.seen, *(item.at for item in items)])
        known = self.known | {_short(item.key): item.at for item in items}
        met = bool(self.seen) and any(item.at <= self._floor for item in items)
        if next_page and next_page != self.page and not met:
            old = {key: at for key, at in known.items() if at <= self.seen}
            return Walk(self.seen, top, next_page, _hour(old, self.seen) | _hour(known, top))
        return Walk(top, top, "", _hour(known, top))


def _hour(known: dict[str, int], end: int) -> dict[str, int]:
    """What happened in the hour before `end`, or the latest of it when that is a lot."""
    recent = [(at, key) for key, at in known.items() if at > end - OVERLAP_SECONDS]
    return {key: at for at, key in sorted(recent, reverse=True)[:MAX_REMEMBERED]}


def _short(key: str) -> str:
    return blake2b(key.encode(), digest_size=6).hexdigest()
