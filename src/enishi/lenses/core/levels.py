"""SNS marketing and CNS marketing lie within social media marketing, that within marketing (R039).

Every item stands at one place of the tree and counts there and in all places above it: so
each is counted once, and the parts of a place add up to the place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """A place of the tree."""

    MARKETING = "marketing"
    SOCIAL = "social"
    SNS = "sns"
    CNS = "cns"
    OTHER = "other"
    """Social media marketing that is neither."""
    ELSEWHERE = "elsewhere"
    """Marketing outside social media."""


PARENT: Mapping[Place, Place] = {
    Place.SOCIAL: Place.MARKETING,
    Place.ELSEWHERE: Place.MARKETING,
    Place.SNS: Place.SOCIAL,
    Place.CNS: Place.SOCIAL,
    Place.OTHER: Place.SOCIAL,
}
LEAVES = (Place.SNS, Place.CNS, Place.OTHER, Place.ELSEWHERE)
ORDER = (Place.MARKETING, Place.SOCIAL, Place.SNS, Place.CNS, Place.OTHER, Place.ELSEWHERE)
_MIDDLE = 0.5


@dataclass(frozen=True, slots=True)
class Item:
    """An amount or a count at one place."""

    metric: str
    place: Place
    value: float
    items: int = 1


def place_of(sns_weight: float | None) -> Place:
    """Where what belongs to a channel stands, by the channel's SNS↔CNS weight.

    In the middle, and without a channel, it is neither.
    """
    if sns_weight is None or sns_weight == _MIDDLE:
        return Place.OTHER
    return Place.SNS if sns_weight > _MIDDLE else Place.CNS


def path(place: Place) -> tuple[Place, ...]:
    """A place and all above it, from below."""
    found = [place]
    while found[-1] in PARENT:
        found.append(PARENT[found[-1]])
    return tuple(found)


def roll_up(items: Iterable[Item]) -> dict[str, dict[Place, float]]:
    """For each metric the sum at every place; an item counts at its place and above."""
    sums: defaultdict[str, dict[Place, float]] = defaultdict(lambda: dict.fromkeys(Place, 0.0))
    for item in items:
        for place in path(item.place):
            sums[item.metric][place] += item.value
    return dict(sums)
