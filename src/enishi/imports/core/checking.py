"""What is learnt from reading a file once: counts, problems, a preview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from enishi.imports.core.items import Entry, Item, Problem

KEPT_PROBLEMS: Final = 1000
KEPT_ENTRIES: Final = 20
_SHOWN_TEXT: Final = 280


@dataclass(slots=True)
class Findings:
    """Grows while a file is read; holds little, however long the file is."""

    good: int = 0
    bad: int = 0
    skipped: int = 0
    activities: int = 0
    observations: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None
    problems: list[Problem] = field(default_factory=list)
    preview: list[dict[str, Any]] = field(default_factory=list)
    types: Counter[str] = field(default_factory=Counter)

    def read(self, items: Iterable[Item]) -> Findings:
        """Take in every item."""
        for item in items:
            self.add(item)
        return self

    def add(self, item: Item) -> None:
        if isinstance(item, Entry):
            self._add_entry(item)
        elif isinstance(item, Problem):
            self.bad += 1
            if len(self.problems) < KEPT_PROBLEMS:
                self.problems.append(item)
        else:
            self.skipped += 1

    def _add_entry(self, entry: Entry) -> None:
        self.good += 1
        self.activities += entry.activity is not None
        self.observations += len(entry.observations)
        at = entry.at
        self.oldest = min(at, self.oldest or at)
        self.newest = max(at, self.newest or at)
        if entry.activity is not None:
            self.types[entry.activity.type] += 1
        if len(self.preview) < KEPT_ENTRIES:
            self.preview.append(shown(entry))


def shown(entry: Entry) -> dict[str, Any]:
    """An entry as the preview shows it."""
    activity = entry.activity
    return {
        "row": entry.row,
        "at": entry.at.isoformat(),
        "type": activity.type if activity else "",
        "text": activity.text[:_SHOWN_TEXT] if activity else "",
        "object": activity.object_key if activity else "",
        "numbers": {item.metric: item.value for item in entry.observations},
    }
