"""The way to the network: one request and its answer, below redirects and error texts.

`Http` speaks to a `Transport`. The real one is `GuardedTransport`, over aiohttp: one pool of
connections for everything that a process sends. Tests bring others (see `testing`).
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address
from typing import Protocol

import aiohttp
import certifi
from aiohttp.abc import AbstractResolver, ResolveResult
from multidict import CIMultiDict
from yarl import URL

from enishi.channels.http.guard import NetworkGuard, Resolver, resolve

CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
_KEEP_ALIVE_SECONDS = 20.0
_HEARTBEAT_SECONDS = 30.0
_MESSAGE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it goes over the wire."""

    method: str
    url: URL
    headers: CIMultiDict[str] = field(default_factory=CIMultiDict)
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, unpacked. Names of headers may be written in any case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class NotReachedError(Exception):
    """Nobody was reached: nothing was sent."""


class BrokenOffError(Exception):
    """The exchange broke off after something may have been sent."""


class RefusedError(Exception):
    """A stream was asked for and the server answered with this status instead."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class TooLargeError(Exception):
    """More came back than was asked for; the rest was not read."""


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


class _GuardedResolver(AbstractResolver):
    """Gives the one address that was checked, so that nothing else can be connected to."""

    def __init__(self, guard: NetworkGuard, resolver: Resolver) -> None:
        self._guard = guard
        self._resolver = resolver

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 - aiohttp's signature
    ) -> list[ResolveResult]:
        try:
            addresses = await self._resolver(host, port)
        except OSError as error:
            raise NotReachedError(f"name resolution failed: {error}") from error
        address = self._guard.choose(host, addresses)
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


class GuardedTransport:
    """Sends requests over kept connections to addresses that the guard permits.

    One serves any number of channels: how much goes to one server at a time is decided
    where work is chosen, so the pool itself has no limits. It belongs to one event loop.
    """

    def __init__(self, guard: NetworkGuard, resolver: Resolver = resolve) -> None:
        self._guard = guard
        self._resolver = _GuardedResolver(guard, resolver)
        self._literal: set[str] = set()
        self._session: aiohttp.ClientSession | None = None

    def _connector(self) -> aiohttp.TCPConnector:
        return aiohttp.TCPConnector(
            resolver=self._resolver,
            use_dns_cache=False,
            ssl=_tls(),
            limit=0,
            keepalive_timeout=_KEEP_ALIVE_SECONDS,
        )

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=self._connector(),
                cookie_jar=aiohttp.DummyCookieJar(),  # channels share it: nothing may stick
                timeout=aiohttp.ClientTimeout(
                    total=None, connect=CONNECT_SECONDS, sock_read=READ_SECONDS
                ),
                skip_auto_headers=("Content-Type",),
                trust_env=False,
            )
            # It would send PUT and DELETE again by itself when a kept connection is cut.
            self._session._retry_connection = False  # noqa: SLF001 - there is no option
        return self._session

    def _check_literal(self, host: str) -> None:
        """Addresses that are given as numbers never reach the resolver."""
        if host in self._literal:
            return
        with suppress(ValueError):
            ip_address(host.split("%", 1)[0])
            self._guard.choose(host, [host])
            self._literal.add(host)

    async def exchange(self, call: Call, *, max_bytes: int) -> Answer:
        self._check_literal(call.url.host or "")
        try:
            async with self._opened().request(
                call.method,
                call.url,
                headers=call.headers,
                data=call.content,
                allow_redirects=False,
            ) as response:
                content = await _read(response, max_bytes)
                return Answer(response.status, response.headers, content)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotReachedError(f"{type(error).__name__}: {error}") from error
        except TimeoutError:
            raise
        except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as error:
            raise NotReachedError(f"{type(error).__name__}: {error}") from error
        except (aiohttp.ClientError, OSError) as error:
            raise BrokenOffError(f"{type(error).__name__}: {error}") from error

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

    async def aclose(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()


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


async def _read(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    content = bytearray()
    async for part in response.content.iter_any():
        content += part
        if len(content) > max_bytes:
            response.close()
            raise TooLargeError
    return bytes(content)
