"""Whose turn it is: round robin over the groups, and within a group over its lanes."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Candidate(Generic[T]):
    """Something that is due, of a group (a workspace) and a lane (a channel)."""

    item: T
    group: str
    lane: str


def allot(
    candidates: Iterable[Candidate[T]],
    *,
    room: int,
    width: int,
    in_flight: Mapping[str, int],
) -> list[T]:
    """Choose up to `room` of the candidates, given in the order in which they are due.

    No lane gets more than `width` at a time, counting what is in flight, so that a slow
    one cannot hold the room; groups take turns, so that a large one cannot either.
    """
    turns = _queues(candidates)
    used = defaultdict(int, in_flight)
    chosen: list[T] = []
    while turns and len(chosen) < room:
        group = turns.popleft()
        candidate = _next(group, used, width)
        if candidate is not None:
            used[candidate.lane] += 1
            chosen.append(candidate.item)
            turns.append(group)
    return chosen


_Lane = deque[Candidate[T]]


def _queues(candidates: Iterable[Candidate[T]]) -> deque[deque[_Lane[T]]]:
    groups: dict[str, dict[str, _Lane[T]]] = defaultdict(dict)
    for candidate in candidates:
        groups[candidate.group].setdefault(candidate.lane, deque()).append(candidate)
    return deque(deque(lanes.values()) for lanes in groups.values())


def _next(lanes: deque[_Lane[T]], used: Mapping[str, int], width: int) -> Candidate[T] | None:
    while lanes:
        lane = lanes.popleft()
        if used[lane[0].lane] >= width:
            continue
        candidate = lane.popleft()
        if lane:
            lanes.append(lane)
        return candidate
    return None
