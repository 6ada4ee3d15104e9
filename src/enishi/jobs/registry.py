"""What kinds of background work there are: handlers, repeating ones, and work sources."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

from enishi.jobs.sources import WorkSource

Payload = dict[str, Any]
Handler = Callable[[Payload], Awaitable[None] | None]
H = TypeVar("H", bound=Handler)
Companion = Callable[[UUID, asyncio.Event], Coroutine[Any, Any, None]]
C = TypeVar("C", bound=Companion)
L = TypeVar("L", bound=Callable[[], object])
SourceFactory = Callable[[], WorkSource[Any, Any]]


@dataclass(frozen=True, slots=True)
class TaskType:
    """A registered handler. Handlers run at least once: they must be safe to repeat."""

    name: str
    handler: Handler
    attempts: int
    every: timedelta | None = None
    apart: bool = False
    """Whether a worker leaves it to a process of its own, since it computes for seconds."""


_task_types: dict[str, TaskType] = {}
_source_factories: list[SourceFactory] = []
_companions: list[Companion] = []
_loads: list[Callable[[], object]] = []


def task(name: str, *, attempts: int = 5, apart: bool = False) -> Callable[[H], H]:
    """Register `handler(payload)`, a coroutine or a plain function, under a name.

    Only a plain function can run `apart`.
    """

    def register(handler: H) -> H:
        _add(TaskType(name, handler, attempts, apart=apart))
        return handler

    return register


def periodic(name: str, *, every: timedelta, attempts: int = 3) -> Callable[[H], H]:
    """Register `handler(payload)` to run again and again, on one worker at a time."""

    def register(handler: H) -> H:
        _add(TaskType(name, handler, attempts, every))
        return handler

    return register


def source(factory: SourceFactory) -> SourceFactory:
    """Register a further source of work that the dispatcher serves."""
    if factory not in _source_factories:
        _source_factories.append(factory)
    return factory


def _add(kind: TaskType) -> None:
    if kind.name in _task_types:
        raise ValueError(f"two tasks are named {kind.name!r}")
    _task_types[kind.name] = kind


def task_types() -> Mapping[str, TaskType]:
    """Every registered handler by name."""
    return MappingProxyType(_task_types)


def repeating() -> list[TaskType]:
    """The handlers that run again and again."""
    return [kind for kind in _task_types.values() if kind.every is not None]


def beforehand(load: L) -> L:
    """Register what a worker loads before it begins, so that no work waits for it."""
    if load not in _loads:
        _loads.append(load)
    return load


def get_ready() -> None:
    """Load it; a second time costs nothing."""
    for load in _loads:
        load()


def sources() -> list[WorkSource[Any, Any]]:
    """A fresh instance of every registered source."""
    return [factory() for factory in _source_factories]


def companion(run: C) -> C:
    """Register what runs beside the sources for as long as a worker does.

    It gets the worker's id and the event that asks it to end, and must not raise.
    """
    if run not in _companions:
        _companions.append(run)
    return run


def companions() -> list[Companion]:
    """Everything that runs beside the sources."""
    return list(_companions)
