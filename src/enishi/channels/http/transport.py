"""The way to the network: one request and its answer, below redirects and error texts.

`Http` speaks to a `Transport`. The real one is `GuardedTransport`: one pool of connections for
everything that a process sends, each of them a `Wire`; streams are aiohttp's. Tests bring others
(see `testing`).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import lru_cache
from ipaddress import ip_address
from typing import Protocol

import aiohttp
import certifi
from aiohttp.abc import AbstractResolver, ResolveResult

from enishi.channels.http.exchange import (
    Answer,
    BrokenOffError,
    Call,
    NotReachedError,
    RefusedError,
    TooLargeError,
)
from enishi.channels.http.guard import NetworkGuard, Resolver, resolve
from enishi.channels.http.wire import Wire, written

__all__ = [
    "Answer",
    "BrokenOffError",
    "Call",
    "GuardedTransport",
    "NotReachedError",
    "RefusedError",
    "TooLargeError",
    "Transport",
]

CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
_KEEP_ALIVE_SECONDS = 20.0
_HEARTBEAT_SECONDS = 30.0
_MESSAGE_BYTES = 1024 * 1024


class Transport(Protocol):
    """Carries out one exchange.

    Raises NotReachedError, BrokenOffError, TooLargeError or, when a single step takes too
    long after the request was begun, TimeoutError.
    """

    async def exchange(self, call: Call, *, max_bytes: int) -> Answer: ...

    def messages(self, call: Call) -> AsyncIterator[str]:
        """An empty text when a WebSocket is open, then its messages until the server closes it.

        Raises what `exchange` does, and RefusedError.
        """
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    """One context per process: reading the list of authorities takes time."""
    return ssl.create_default_context(cafile=certifi.where())


class _Addresses(AbstractResolver):
    """Gives the one address that was checked, so that nothing else can be connected to."""

    def __init__(self, guard: NetworkGuard, resolver: Resolver) -> None:
        self._guard = guard
        self._resolver = resolver

    async def of(self, host: str, port: int) -> str:
        """The address of a host, which may be written as one."""
        with suppress(ValueError):
            ip_address(host.split("%", 1)[0])
            return self._guard.choose(host, [host])
        try:
            addresses = await self._resolver(host, port)
        except OSError as error:
            raise NotReachedError(f"name resolution failed: {error}") from error
        return self._guard.choose(host, addresses)

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 - aiohttp's signature
    ) -> list[ResolveResult]:
        address = await self.of(host, port)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        """There is nothing to let go of."""


_Place = tuple[str, str, int]


class _Pool:
    """Connections that are open and wait for their next request."""

    def __init__(self) -> None:
        self._free: dict[_Place, list[Wire]] = defaultdict(list)
        self._sweeping: asyncio.TimerHandle | None = None

    def take(self, place: _Place) -> Wire | None:
        """The one that was used last, if any is still open."""
        free = self._free[place]
        until = asyncio.get_running_loop().time() - _KEEP_ALIVE_SECONDS
        while free:
            wire = free.pop()
            if wire.is_free and wire.idle_since > until:
                return wire
            wire.close()
        return None

    def give_back(self, place: _Place, wire: Wire) -> None:
        """Keep it for the next, if the server does."""
        if not wire.is_free:
            wire.close()
            return
        loop = asyncio.get_running_loop()
        wire.idle_since = loop.time()
        self._free[place].append(wire)
        if self._sweeping is None:
            self._sweeping = loop.call_later(_KEEP_ALIVE_SECONDS, self._sweep)

    def _sweep(self) -> None:
        """Close what nobody has needed for long."""
        self._sweeping = None
        loop = asyncio.get_running_loop()
        until = loop.time() - _KEEP_ALIVE_SECONDS
        for place, free in list(self._free.items()):
            old = [wire for wire in free if wire.idle_since <= until or not wire.is_free]
            for wire in old:
                wire.close()
                free.remove(wire)
            if not free:
                del self._free[place]
        if self._free:
            self._sweeping = loop.call_later(_KEEP_ALIVE_SECONDS / 4, self._sweep)

    def close(self) -> None:
        if self._sweeping is not None:
            self._sweeping.cancel()
            self._sweeping = None
        for free in self._free.values():
            for wire in free:
                wire.close()
        self._free.clear()


class GuardedTransport:
    """Sends requests over kept connections to addresses that the guard permits.

    One serves any number of channels: how much goes to one server at a time is decided
    where work is chosen, so the pool itself has no limits. It belongs to one event loop.
    """

    def __init__(self, guard: NetworkGuard, resolver: Resolver = resolve) -> None:
        self._guard = guard
        self._addresses = _Addresses(guard, resolver)
        self._pool = _Pool()

    async def exchange(self, call: Call, *, max_bytes: int) -> Answer:
        content = written(call)
        place = (call.url.scheme, call.url.raw_host or "", call.url.port or 0)
        wire = self._pool.take(place) or await self._opened(place)
        answer = await wire.exchange(
            content, head_only=call.method == "HEAD", max_bytes=max_bytes, seconds=READ_SECONDS
        )
        self._pool.give_back(place, wire)
        return answer

    async def _opened(self, place: _Place) -> Wire:
        """A new connection, to an address that was checked."""
        scheme, host, port = place
        loop = asyncio.get_running_loop()
        tls = _tls() if scheme == "https" else None
        name = host.rstrip(".") if tls else None
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                address = await self._addresses.of(host, port)
                _transport, wire = await loop.create_connection(
                    Wire, address, port, ssl=tls, server_hostname=name
                )
        except OSError as error:  # time-outs and what is wrong with certificates too
            raise NotReachedError(f"{type(error).__name__}: {error}") from error
        return wire

    async def messages(self, call: Call) -> AsyncIterator[str]:
        """A WebSocket of its own session: it stays open, and must not follow redirects."""
        self._check_literal(call.url.host or "")
        try:
            async with (
                aiohttp.ClientSession(
                    connector=self._connector(),
                    cookie_jar=aiohttp.DummyCookieJar(),
                    timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS),
                    middlewares=(_stay,),
                ) as session,
                session.ws_connect(
                    call.url,
                    headers=call.headers,
                    heartbeat=_HEARTBEAT_SECONDS,
                    max_msg_size=_MESSAGE_BYTES,
                ) as socket_,
            ):
                yield ""
                async for message in socket_:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        yield str(message.data)
        except aiohttp.WSServerHandshakeError as error:
            raise RefusedError(error.status) from error
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotReachedError(f"{type(error).__name__}: {error}") from error
        except (aiohttp.ClientError, OSError) as error:
            raise BrokenOffError(f"{type(error).__name__}: {error}") from error

    def _connector(self) -> aiohttp.TCPConnector:
        return aiohttp.TCPConnector(resolver=self._addresses, use_dns_cache=False, ssl=_tls())

    def _check_literal(self, host: str) -> None:
        """Addresses that are given as numbers never reach aiohttp's resolver."""
        with suppress(ValueError):
            ip_address(host.split("%", 1)[0])
            self._guard.choose(host, [host])

    async def aclose(self) -> None:
        self._pool.close()


async def _stay(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """A stream stays at the address that was checked: a redirect is a refusal."""
    response = await handler(request)
    if response.status in _REDIRECTS:
        response.close()
        raise RefusedError(response.status)
    return response


_REDIRECTS = range(300, 400)
