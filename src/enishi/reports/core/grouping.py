"""Groups of channels: by channel, by class of a scheme, by level of the tree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from enishi.analytics.metrics.definition import Definition, Grain


@dataclass(frozen=True, slots=True)
class Group:
    """Some channels that are looked at together; no channel is in two groups."""

    key: str
    name: str
    channel_ids: tuple[UUID, ...]


def partition(
    channel_ids: Sequence[UUID],
    classes: Sequence[tuple[str, str]],
    class_of: Callable[[UUID], str],
    unclassified: str,
) -> list[Group]:
    """Every channel once, in the order of the classes; those of no class come last.

    Classes without a channel are left out.
    """
    known = [key for key, _ in classes]
    placed: dict[str, list[UUID]] = {}
    for channel_id in channel_ids:
        found = class_of(channel_id)
        placed.setdefault(found if found in known else "", []).append(channel_id)
    named = [*classes, ("", unclassified)]
    return [Group(key, name, tuple(placed[key])) for key, name in named if placed.get(key)]


def adds_up(definition: Definition) -> bool:
    """Whether the values of groups add up to the value of all.

    Counts and levels do. Of rates, the value of all comes from the totals of what is divided.
    """
    return definition.grain is not Grain.RATE


def rest_of(total: float | None, parts: Sequence[float | None]) -> float | None:
    """What the total has beyond its groups; None when that is nothing.

    It is what the log knows without saying on which channel, such as a purchase in the shop.
    """
    if total is None:
        return None
    rest = total - sum(part for part in parts if part is not None)
    return None if abs(rest) < 1e-9 * max(1.0, abs(total)) else rest
