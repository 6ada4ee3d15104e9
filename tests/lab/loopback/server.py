"""The loopback platform: a network over HTTP, in a process of its own.

    python -m tests.lab.loopback.server FOLDER PORT CONTROL_PORT

Its interface, with `Authorization: Bearer …` except for the first:

    POST /token           {"handle"} or {"refresh"} → {"access", "refresh", "account"}
    GET  /me              → {"account"}
    POST /media           → {"id"}: a place for a file; PUT /media/ID brings its content
    POST /posts           {"text", "media", "reply_to", "key"} → {"id"}
    GET  /posts/ID        one of them; PUT /posts/ID with {"text"} changes it
    GET  /posts?key=K     the posts that were sent with a key
    GET  /posts           the newest hundred, as people see them

The control port arms faults and tells what is held; see `Platform` in this package.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import struct
import sys
import time
import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.lab.loopback.faults import Armed, Fault, Manner
from tests.lab.loopback.record import Posting, Record
from tests.lab.loopback.tokens import Sessions

_LINK = re.compile(r"https?://(\S{24})\S+")
_NEWEST = 100
_RESET = struct.pack("ii", 1, 0)


class Refused(Exception):  # noqa: N818 - an answer, not a mistake
    """The call is answered with a status and a reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Allowance:
    """So many posts of an account in so many seconds."""

    def __init__(self) -> None:
        self.limit, self.seconds = 0, 60.0
        self._used: dict[str, list[float]] = {}

    def headers(self, account: str, now: float) -> dict[str, str]:
        """What is left, as networks tell it."""
        if not self.limit:
            return {}
        used = self._used.get(account, [])
        reset = used[0] + self.seconds - now if used else self.seconds
        left = max(self.limit - len(used), 0)
        names = {"Limit": self.limit, "Remaining": left, "Reset": max(round(reset), 1)}
        return {f"X-RateLimit-{name}": str(value) for name, value in names.items()}

    def spend(self, account: str, now: float) -> float:
        """Seconds to wait, or 0 when the call may pass."""
        if not self.limit:
            return 0.0
        used = [at for at in self._used.get(account, []) if at > now - self.seconds]
        self._used[account] = used
        if len(used) >= self.limit:
            return used[0] + self.seconds - now
        used.append(now)
        return 0.0


class Server:
    """The platform and its puppeteer."""

    def __init__(self, folder: Path) -> None:
        self.record = Record(folder / "platform.sqlite3")
        self.sessions = Sessions(seconds=3600)
        self.armed = Armed()
        self.allowance = Allowance()
        self.milliseconds = 0.0
        self.hits: dict[str, int] = {}
        self.requests: dict[str, int] = {}
        self._held: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._let_go = asyncio.Event()
        self._site: web.TCPSite | None = None
        self._open: set[asyncio.Transport] = set()

    # ── Calls ──────────────────────────────────────────────────────────────────────────

    async def call(
        self,
        request: web.Request,
        operation: str,
        work: Callable[[str, web.Request], Awaitable[Any]],
    ) -> web.StreamResponse:
        """One call: who it is, what goes wrong with it, and its answer."""
        self.requests[operation] = self.requests.get(operation, 0) + 1
        now = time.time()
        account = ""
        if operation != "token":
            found = self.sessions.account_of(_bearer(request), now)
            if found is None:
                return web.json_response({"error": "expired"}, status=401)
            account = found
        fault = self.armed.take(operation, account)
        if fault is not None:
            name = f"{fault.manner} {'after' if fault.after else 'before'} {operation}"
            self.hits[name] = self.hits.get(name, 0) + 1
        return await self._answered(request, operation, account, fault, work)

    async def _answered(
        self,
        request: web.Request,
        operation: str,
        account: str,
        fault: Fault | None,
        work: Callable[[str, web.Request], Awaitable[Any]],
    ) -> web.StreamResponse:
        await request.read()
        if self.milliseconds and operation in ("create", "edit"):
            await asyncio.sleep(self.milliseconds / 1000)
        if fault is not None and not fault.after:
            broken = await self._break(request, fault, account, b"")
            if broken is not None:
                return broken
        try:
            body = json.dumps(await work(account, request)).encode()
        except Refused as refusal:
            return web.json_response({"error": refusal.reason}, status=refusal.status)
        if fault is not None and fault.after:
            broken = await self._break(request, fault, account, body)
            if broken is not None:
                return broken
        headers = self.allowance.headers(account, time.time())
        return web.Response(body=body, content_type="application/json", headers=headers)

    async def _break(
        self, request: web.Request, fault: Fault, account: str, body: bytes
    ) -> web.StreamResponse | None:
        """What the fault answers; None lets the call go on."""
        if fault.manner is Manner.HOLD:
            await self._held.put({"operation": fault.operation, "account": account})
            await self._let_go.wait()
            return None
        if fault.seconds and fault.manner in (Manner.HANG, Manner.SLOW):
            await asyncio.sleep(fault.seconds)
        return _BROKEN[fault.manner](self, request, fault, account, body)

    # ── What it does ───────────────────────────────────────────────────────────────────

    async def token(self, _account: str, request: web.Request) -> Any:
        asked, now = await request.json(), time.time()
        if "handle" in asked:
            session = self.sessions.sign_in(asked["handle"], now)
        else:
            found, owner = self.sessions.refresh(asked["refresh"], now)
            if found is None:
                self.record.note(owner, "refresh token used twice")
                raise Refused(400, "invalid_grant")
            session = found
        return {"access": session.access, "refresh": session.refresh, "account": session.account}

    async def me(self, account: str, _request: web.Request) -> Any:
        return {"account": account}

    async def upload(self, account: str, _request: web.Request) -> Any:
        return {"id": self.record.upload(account)}

    async def fill(self, account: str, request: web.Request) -> Any:
        content = await request.read()
        if not self.record.fill(account, request.match_info["id"], len(content)):
            raise Refused(404, "no such file")
        return {"id": request.match_info["id"]}

    async def create(self, account: str, request: web.Request) -> Any:
        body, now = await request.json(), time.time()
        if wait := self.allowance.spend(account, now):
            self.record.note(account, "sent although the allowance was used up")
            raise web.HTTPTooManyRequests(
                text="{}",
                headers=self.allowance.headers(account, now) | {"Retry-After": f"{wait:.1f}"},
            )
        if not all(self.record.is_filled(account, name) for name in body.get("media", ())):
            raise Refused(422, "a file is not there")
        if body.get("reply_to") and not self.record.exists(body["reply_to"]):
            raise Refused(422, "nothing to answer")
        return self.record.create(account, body, now).json()

    async def edit(self, account: str, request: web.Request) -> Any:
        body = await request.json()
        found = self.record.edit(account, request.match_info["id"], str(body["text"]))
        if found is None:
            raise Refused(404, "no such post")
        return found.json()

    async def get(self, account: str, request: web.Request) -> Any:
        found = self.record.get(account, request.match_info["id"])
        if found is None:
            raise Refused(404, "no such post")
        return _as_shown(found)

    async def look(self, account: str, request: web.Request) -> Any:
        if key := request.query.get("key"):
            return [post.json() for post in self.record.by_key(account, key)]
        return [_as_shown(post) for post in self.record.recent(account, _NEWEST)]

    # ── Control ────────────────────────────────────────────────────────────────────────

    async def control(self, request: web.Request) -> web.Response:
        """What tests ask of the platform."""
        name = request.match_info["name"]
        body = await request.json() if request.can_read_body else {}
        return web.json_response(await getattr(self, f"do_{name}")(body))

    async def do_arm(self, body: Any) -> Any:
        for fault in body:
            self.armed.add(Fault.read(fault))

    async def do_disarm(self, _body: Any) -> Any:
        self._let_go.set()
        self._let_go = asyncio.Event()
        return self.armed.clear()

    async def do_held(self, body: Any) -> Any:
        """Wait until a call is held."""
        try:
            return await asyncio.wait_for(self._held.get(), body["seconds"])
        except TimeoutError:
            return None

    async def do_set(self, body: Any) -> Any:
        """`milliseconds` of each answer, `token_seconds`, `limit` of posts in `limit_seconds`."""
        self.milliseconds = body.get("milliseconds", self.milliseconds)
        self.sessions.seconds = body.get("token_seconds", self.sessions.seconds)
        self.allowance.limit = body.get("limit", self.allowance.limit)
        self.allowance.seconds = body.get("limit_seconds", self.allowance.seconds)

    async def do_sign_in(self, body: Any) -> Any:
        return asdict(self.sessions.sign_in(body["handle"], time.time())) | {"spent": []}

    async def do_expire(self, body: Any) -> Any:
        self.sessions.expire(body.get("account", ""))

    async def do_counts(self, _body: Any) -> Any:
        return {
            "hits": self.hits,
            "requests": self.requests,
            "refreshed": dict(self.sessions.refreshed),
        }

    async def do_down(self, _body: Any) -> Any:
        """The network is gone: nobody listens, and open connections break."""
        if self._site is not None:
            await self._site.stop()
            self._site = None
        for transport in list(self._open):
            transport.abort()

    async def do_up(self, _body: Any) -> Any:
        if self._site is None:
            await self.listen()

    # ── Life ───────────────────────────────────────────────────────────────────────────

    async def serve(self, port: int, control_port: int) -> None:
        """Answer until the process ends."""
        self._port = port
        self._runner = web.AppRunner(
            self._application(), access_log=None, handler_cancellation=False
        )
        await self._runner.setup()
        await self.listen()
        control = web.Application()
        control.add_routes([web.post("/{name}", self.control)])
        runner = web.AppRunner(control, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", control_port).start()
        await asyncio.Event().wait()

    async def listen(self) -> None:
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port, backlog=4096)
        await self._site.start()

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=20_000_000, middlewares=[self._remember])
        for method, path, operation in (
            ("POST", "/token", "token"),
            ("GET", "/me", "me"),
            ("POST", "/media", "upload"),
            ("PUT", "/media/{id}", "fill"),
            ("POST", "/posts", "create"),
            ("GET", "/posts", "look"),
            ("GET", "/posts/{id}", "get"),
            ("PUT", "/posts/{id}", "edit"),
        ):
            application.router.add_route(method, path, self._handler(operation))
        return application

    def _handler(self, operation: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        work = getattr(self, operation)

        async def handle(request: web.Request) -> web.StreamResponse:
            return await self.call(request, operation, work)

        return handle

    @web.middleware
    async def _remember(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Which connections are in use, so that they can break."""
        transport: Any = request.transport
        self._open.add(transport)
        try:
            return await handler(request)
        finally:
            self._open.discard(transport)


def _bearer(request: web.Request) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def _as_shown(post: Posting) -> dict[str, Any]:
    """Networks show texts a little differently from how they were sent."""
    text = unicodedata.normalize("NFC", post.text).strip()
    return post.json() | {"text": _LINK.sub(r"\1…", text)}


def _page(_server: Server, _request: web.Request, *_ignored: object) -> web.Response:
    return web.Response(
        status=500, text="<html>Something went wrong</html>", content_type="text/html"
    )


def _garbage(_server: Server, _request: web.Request, *_ignored: object) -> web.Response:
    return web.Response(body=b'{"id": "p', content_type="application/json")


def _close(_server: Server, request: web.Request, *_ignored: object) -> web.Response:
    transport: Any = request.transport
    if transport is not None:
        transport.abort()
    return web.Response()


def _reset(server: Server, request: web.Request, *ignored: object) -> web.Response:
    transport: Any = request.transport
    connection = transport.get_extra_info("socket") if transport is not None else None
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    return _close(server, request, *ignored)


def _truncate(
    server: Server, request: web.Request, _fault: Fault, _account: str, body: bytes
) -> web.Response:
    transport: Any = request.transport
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body) + 40}"
    transport.write(f"{head}\r\n\r\n".encode() + body[: len(body) // 2])
    transport.close()
    return web.Response()


def _throttle(
    _server: Server, _request: web.Request, fault: Fault, *_ignored: object
) -> web.Response:
    headers = {"Retry-After": f"{fault.seconds:g}"}
    return web.json_response({"error": "slow down"}, status=429, headers=headers)


def _expire(
    server: Server, _request: web.Request, _fault: Fault, account: str, *_ignored: object
) -> web.Response:
    server.sessions.expire(account)
    return web.json_response({"error": "expired"}, status=401)


_BROKEN: dict[Manner, Callable[..., web.Response | None]] = {
    Manner.HANG: _close,
    Manner.ERROR: _page,
    Manner.RESET: _reset,
    Manner.TRUNCATE: _truncate,
    Manner.GARBAGE: _garbage,
    Manner.THROTTLE: _throttle,
    Manner.EXPIRE: _expire,
    Manner.SLOW: lambda *_ignored: None,
}

if __name__ == "__main__":
    asyncio.run(Server(Path(sys.argv[1])).serve(int(sys.argv[2]), int(sys.argv[3])))
