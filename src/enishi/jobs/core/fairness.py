"""Whose turn it is: round robin over the groups, and within a group over its lanes."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

T = TypeVar("T")


class Candidate(NamedTuple, Generic[T]):
    """Something that is due, of a group (a workspace) and a lane (a channel)."""

    item: T
    group: str
    lane: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be in flight, counting what already is.

    No lane gets more than `width` at a time, so that a slow one cannot hold the room. Where
    lanes lead to the same `place` (a server), a place gets at most twice what is left free:
    one alone gets two thirds of everything, two get two fifths each, and there is always
    room for one more. An empty place has no limit, and a closed lane gets nothing.
    """

    width: int
    in_flight: Mapping[str, int]
    ceiling: int = 0
    place_of: Callable[[str], str] | None = None
    is_closed: Callable[[str], bool] | None = None


class _Load:
    """What is in flight while turns are taken."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lanes = Counter(limits.in_flight)
        self._total = sum(limits.in_flight.values())
        self._places: Counter[str] = Counter()
        if limits.place_of is not None:
            for lane, count in limits.in_flight.items():
                self._places[limits.place_of(lane)] += count

    def fits(self, lane: str) -> bool:
        limits = self._limits
        if self._lanes[lane] >= limits.width:
            return False
        if limits.is_closed is not None and limits.is_closed(lane):
            return False
        place = limits.place_of(lane) if limits.place_of is not None else ""
        return not place or self._places[place] < max(2 * (limits.ceiling - self._total), 1)

    def add(self, lane: str) -> None:
        self._lanes[lane] += 1
        self._total += 1
        if self._limits.place_of is not None:
            self._places[self._limits.place_of(lane)] += 1


class Turns(Generic[T]):
    """Candidates in the order in which they are due, to be taken in turns.

    Groups take turns, so that a large one cannot hold up the others, and the lanes of a group
    do. What was taken is gone; what did not fit stays for the next time.
    """

    def __init__(self, candidates: Iterable[Candidate[T]] = ()) -> None:
        groups: dict[str, dict[str, deque[T]]] = {}
        self._size = 0
        for candidate in candidates:
            lanes = groups.setdefault(candidate.group, {})
            lanes.setdefault(candidate.lane, deque()).append(candidate.item)
            self._size += 1
        self._groups = deque(deque(lanes.items()) for lanes in groups.values())

    def __len__(self) -> int:
        return self._size

    def take(self, room: int, limits: Limits) -> list[T]:
        """Choose up to `room` of what fits."""
        load, chosen = _Load(limits), list[T]()
        waiting = deque[_Group[T]]()
        while self._groups and len(chosen) < room:
            group = self._groups.popleft()
            lane = _next(group, load)
            if lane is None:
                waiting.append(group)
                continue
            chosen.append(lane.popleft())
            if group:
                self._groups.append(group)
        self._groups = deque(group for group in (*waiting, *self._groups) if group)
        self._size -= len(chosen)
        return chosen


_Group = deque[tuple[str, deque[T]]]


def _next(group: _Group[T], load: _Load) -> deque[T] | None:
    """The lane of a group whose turn it is; it goes to the end of the group if more is left."""
    for _number in range(len(group)):
        name, items = group[0]
        if load.fits(name):
            load.add(name)
            group.popleft()
            if len(items) > 1:
                group.append((name, items))
            return items
        group.rotate(-1)
    return None


def own_first(
    candidates: Iterable[Candidate[T]], worker: UUID, workers: Collection[UUID]
) -> list[Candidate[T]]:
    """Those in this worker's own lanes first, then the others; each in the order given.

    Workers that all begin at the same end take the rows from under each other. Whose a lane is
    every worker finds out by itself (rendezvous hashing, Thaler and Ravishankar 1998): one that
    comes or goes moves only its own lanes, and what somebody leaves is taken by the rest.
    """
    everybody = frozenset({worker, *workers})
    own, rest = list[Candidate[T]](), list[Candidate[T]]()
    for candidate in candidates:
        (own if _owner(candidate.lane, everybody) == worker else rest).append(candidate)
    return own + rest


@lru_cache(maxsize=4096)
def _owner(lane: str, workers: frozenset[UUID]) -> UUID:
    return max(workers, key=lambda worker: blake2b(lane.encode(), key=worker.bytes).digest())


def allot(
    candidates: Iterable[Candidate[T]],
    *,
    room: int,
    width: int,
    in_flight: Mapping[str, int],
) -> list[T]:
    """Choose up to `room` of the candidates, given in the order in which they are due."""
    return Turns(candidates).take(room, Limits(width, in_flight))
