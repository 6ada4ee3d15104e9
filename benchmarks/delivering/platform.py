"""A network that answers each POST after some milliseconds, in a process of its own.

    python -m benchmarks.delivering.platform PORT MILLISECONDS

`POST /posts` with `{"key": …}` is remembered and answered with an id; `GET /arrivals` tells
which keys came when, `GET /count` how many, and `DELETE /arrivals` forgets them. It does as
little as possible, since it takes its time from the same processors.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
import urllib.request
from typing import Any, cast

_KEY = re.compile(rb'"key": ?"([^"]+)"')
_LENGTH = re.compile(rb"content-length: ?(\d+)", re.IGNORECASE)


class _Connection(asyncio.Protocol):
    """One connection: requests come one after the other."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        size = int(length[1]) if length else 0
        if found and len(body) >= size:
            self._buffer = body[size:]
            self._answer(head, body[:size])

    def _answer(self, head: bytes, body: bytes) -> None:
        platform = self._platform
        if head.startswith(b"POST"):
            key = _KEY.search(body)
            name = key[1].decode() if key else ""
            platform.arrivals.append((name, time.time()))
            loop = asyncio.get_running_loop()
            loop.call_later(platform.seconds, self._send, b'{"id": "%s"}' % name.encode())
        elif head.startswith(b"DELETE"):
            platform.arrivals.clear()
            self._send(b"{}")
        elif b"/count" in head:
            self._send(b"%d" % len(platform.arrivals))
        else:
            self._send(json.dumps(platform.arrivals).encode())

    def _send(self, body: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        )


class Platform:
    """What came, and how long each answer takes."""

    def __init__(self, milliseconds: float) -> None:
        self.seconds = milliseconds / 1000
        self.arrivals: list[tuple[str, float]] = []

    async def serve(self, port: int) -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: _Connection(self), "127.0.0.1", port, backlog=4096
        )
        await server.serve_forever()


def ask(port: int, path: str, method: str = "GET") -> Any:
    """What the platform on a port answers."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
        return json.load(answer)


if __name__ == "__main__":
    asyncio.run(Platform(float(sys.argv[2])).serve(int(sys.argv[1])))
