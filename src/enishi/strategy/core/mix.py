"""Shares that add up to 100."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

K = TypeVar("K")
_WHOLE = 100


def shares(counts: Mapping[K, int]) -> dict[K, int]:
    """Whole per cents by largest remainder, so that they add up to 100; all 0 of nothing."""
    total = sum(counts.values())
    if not total:
        return dict.fromkeys(counts, 0)
    exact = {key: count * _WHOLE / total for key, count in counts.items()}
    found = {key: int(value) for key, value in exact.items()}
    by_rest = sorted(exact, key=lambda key: exact[key] - found[key], reverse=True)
    for key in by_rest[: _WHOLE - sum(found.values())]:
        found[key] += 1
    return found
