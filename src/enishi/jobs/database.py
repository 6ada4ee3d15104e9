"""Where the dispatcher's own database work is done: one thread, one connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import ParamSpec, Protocol, TypeVar

from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, close_old_connections, connection

P = ParamSpec("P")
T = TypeVar("T")

in_worker: ContextVar[bool] = ContextVar("in_worker", default=False)
"""Whether plain functions may take threads of their own; in tests they stay in the caller's."""


class Database(Protocol):
    """Runs a synchronous function that uses the database."""

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call it and return its value."""
        ...


class OwnThread:
    """A thread of its own, so that slow tasks cannot hold up claims and settlements.

    A connection that broke is closed, and the next call opens a new one.
    """

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="enishi-db")

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._executor, lambda: _guarded(function, *args, **kwargs)
        )

    def close(self) -> None:
        """Wait for what runs, and close the connection."""
        self._executor.submit(lambda: connection.close()).result()  # noqa: PLW0108 - that thread's
        self._executor.shutdown()


def _guarded(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return function(*args, **kwargs)
    except (OperationalError, InterfaceError):
        connection.close()
        raise


class CallersThread:
    """The thread that waits for the event loop: tests keep their transaction that way."""

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await sync_to_async(function)(*args, **kwargs)


_current: ContextVar[Database | None] = ContextVar("database", default=None)


def use(database: Database) -> None:
    """From here on, and in what is started from here, short calls go to this database."""
    _current.set(database)


async def run_here(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Make a short call where the worker's own are made; elsewhere in the caller's thread."""
    database = _current.get() or CallersThread()
    return await database.run(function, *args, **kwargs)


async def run_plain(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a plain function that may take long, without holding up anybody else."""
    if not in_worker.get():
        return await sync_to_async(function)(*args, **kwargs)
    return await asyncio.to_thread(lambda: _alone(function, *args, **kwargs))


def _alone(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    close_old_connections()
    try:
        return function(*args, **kwargs)
    finally:
        close_old_connections()
