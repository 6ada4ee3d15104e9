"""A stateful fake of a server with the Mastodon API, in several personalities.

In memory for quick tests (`transport`), or on loopback over real HTTP and WebSocket
(`running`), where browsers and worker processes can reach it.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import parse_qs

import httpx
from aiohttp import WSCloseCode, web

from tests.lab.mastodon_fake.api import Api, Asked, Reply
from tests.lab.mastodon_fake.personalities import (
    AKKOMA,
    ALL,
    GOTOSOCIAL,
    MASTODON,
    OLD,
    PIXELFED,
    SNAC,
    Personality,
)
from tests.lab.mastodon_fake.world import Json, Person, World
from tests.lab.processes import free_port

__all__ = [
    "AKKOMA",
    "ALL",
    "GOTOSOCIAL",
    "MASTODON",
    "OLD",
    "PIXELFED",
    "SNAC",
    "FakeServer",
    "Person",
    "Personality",
    "running",
]
BASE = "https://social.example"


class FakeServer:
    """A server with one account of ours and two other people."""

    def __init__(
        self,
        personality: Personality = MASTODON,
        *,
        base: str = BASE,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self.world = World(personality, base, now or (lambda: datetime.now(UTC)))  # noqa: TID251
        self.api = Api(self.world)
        self.me = self.world.person("kissa", "喫茶えにし")
        self.other = self.world.person("tanaka", "田中", "far.example")
        self.token = self.world.token(self.me)

    @property
    def base(self) -> str:
        return self.world.base

    def mine(self) -> list[Json]:
        """Our statuses as the server holds them, the oldest first."""
        return self.world.of(self.me.id)[::-1]

    def transport(self) -> httpx.MockTransport:
        """Answers without a network."""

        def handle(request: httpx.Request) -> httpx.Response:
            query = parse_qs(request.url.query.decode())
            asked = Asked(request.method, request.url.path, query, request.headers, request.content)
            reply = self.api.answer(asked)
            if reply is None:
                raise httpx.ReadError("cut", request=request)
            return httpx.Response(reply.status, headers=reply.headers, content=reply.content)

        return httpx.MockTransport(handle)


class _Site:
    """The server on loopback, in a thread of its own."""

    def __init__(self, server: FakeServer, port: int) -> None:
        self.server = server
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._sockets: dict[web.WebSocketResponse, str] = {}
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self.server.world.listeners.append(self._told)
        self._thread.start()
        if not self._ready.wait(20):
            raise RuntimeError("the fake server does not start")

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        runner = web.AppRunner(self._app(), shutdown_timeout=0.1)
        self._loop.run_until_complete(runner.setup())
        self._loop.run_until_complete(web.TCPSite(runner, "127.0.0.1", self._port).start())
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._close_all())
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=32 * 1024 * 1024)
        if self.server.world.personality.streams:
            app.router.add_get("/api/v1/streaming", self._stream)
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        query = {name: request.query.getall(name) for name in request.query}
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Asked(request.method, request.path, query, headers, await request.read())
        reply: Reply | None = self.server.api.answer(asked)
        if reply is None:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        return web.Response(status=reply.status, headers=reply.headers, body=reply.content)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        person = self.server.world.tokens.get(token)
        if person is None:
            return web.json_response({"error": "Invalid access token"}, status=401)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets[socket] = person
        async for _message in socket:
            pass
        self._sockets.pop(socket, None)
        return socket

    def _told(self, person_id: str, notification: Json) -> None:
        message = json.dumps(
            {
                "stream": ["user:notification"],
                "event": "notification",
                "payload": json.dumps(self.server.api.told(notification)),
            }
        )
        for socket, listening in list(self._sockets.items()):
            if listening == person_id:
                asyncio.run_coroutine_threadsafe(socket.send_str(message), self._loop)

    @property
    def streams(self) -> int:
        """How many streams are open."""
        return len(self._sockets)

    def cut(self) -> None:
        """Close every stream, as a restart of the server does."""
        asyncio.run_coroutine_threadsafe(self._close_all(), self._loop).result(10)

    async def _close_all(self) -> None:
        for socket in list(self._sockets):
            await socket.close(code=WSCloseCode.GOING_AWAY)


@contextmanager
def running(
    personality: Personality = MASTODON, *, now: Callable[[], datetime] | None = None
) -> Iterator[tuple[FakeServer, _Site]]:
    """A server on loopback."""
    port = free_port()
    server = FakeServer(personality, base=f"http://127.0.0.1:{port}", now=now)
    site = _Site(server, port)
    site.start()
    try:
        yield server, site
    finally:
        site.stop()
