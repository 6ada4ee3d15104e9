"""One kept connection: a request goes out, its answer comes in, then the next may follow.

The parsing is that of llhttp (by `httptools`). What is here is what a worker needs a thousand
times in a second and no more: HTTP/1.1, one exchange at a time, bodies whole and in memory.
Nothing is ever sent again by itself.
"""

from __future__ import annotations

import asyncio
import zlib
from typing import cast

import httptools
from multidict import CIMultiDict

from enishi.channels.http.exchange import Answer, BrokenOffError, Call, TooLargeError

_HEAD_BYTES = 64 * 1024
"""More than this before the body is no answer."""
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})
_INFORMATIONAL = range(100, 200)
_NEVER_A_BODY = frozenset({204, 304})
_WINDOW = zlib.MAX_WBITS
_PACKED = {"gzip": _WINDOW | 16, "x-gzip": _WINDOW | 16, "deflate": _WINDOW}
_LENIENT = {
    "lenient_headers": True,
    "lenient_optional_cr_before_lf": True,
    "lenient_spaces_after_chunk_size": True,
}
"""What servers that exist send. Answers decide about no border between messages of others."""


def written(call: Call) -> bytes:
    """A request as it goes over the wire."""
    url, content = call.url, call.content
    lines = [f"{call.method} {url.raw_path_qs or '/'} HTTP/1.1"]
    if "Host" not in call.headers:
        lines.append(f"Host: {url.host_port_subcomponent}")
    lines += [f"{name}: {value}" for name, value in call.headers.items()]
    if "Accept-Encoding" not in call.headers:
        lines.append("Accept-Encoding: gzip, deflate")
    if content is not None or call.method not in _BODILESS:
        lines.append(f"Content-Length: {len(content or b'')}")
    head = "\r\n".join(lines)
    breaks = len(lines) - 1
    if head.count("\r") != breaks or head.count("\n") != breaks or "\0" in head:
        raise ValueError("a header of a request holds a line break")
    return f"{head}\r\n\r\n".encode() + (content or b"")


class Wire(asyncio.Protocol):
    """A connection. `is_free` says whether it can be used once more."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._parser.set_dangerous_leniencies(**_LENIENT)
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Answer] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._spoilt = False
        self._heard_at = self._seconds = 0.0
        self._head_only = False
        self._most = 0
        self._clear()
        self.idle_since = 0.0

    def _clear(self) -> None:
        """Nothing of an answer is here yet."""
        self._headers: list[tuple[str, str]] = []
        self._body: list[bytes] = []
        self._size = self._raw = 0
        self._status = 0
        self._until_close = False

    @property
    def is_free(self) -> bool:
        """Whether the other side keeps it open and owes us nothing."""
        return not self._spoilt and self._transport is not None and self._answer is None

    def close(self) -> None:
        """Let go of it, whatever is under way."""
        self._spoilt = True
        if self._transport is not None:
            self._transport.abort()

    async def exchange(
        self, content: bytes, *, head_only: bool, max_bytes: int, seconds: float
    ) -> Answer:
        """Send a call as it is written, and read its answer; `head_only` has no body.

        `seconds` is how long the other side may be silent.
        """
        if self._transport is None or not self.is_free:
            raise BrokenOffError("the connection was closed")
        self._clear()
        self._head_only, self._most, self._seconds = head_only, max_bytes, seconds
        self._answer = self._loop.create_future()
        self._heard_at = self._loop.time()
        self._timer = self._loop.call_later(seconds, self._look)
        try:
            self._transport.write(content)
            return await self._answer
        except BaseException:
            self.close()
            raise
        finally:
            self._timer.cancel()
            self._answer = None

    # ── Time ───────────────────────────────────────────────────────────────────────────

    def _look(self) -> None:
        """Whether the other side was silent for too long; while we still send, it may be."""
        if self._answer is None or self._transport is None:
            return
        silent = self._loop.time() - self._heard_at
        if silent < self._seconds or self._transport.get_write_buffer_size():
            rest = max(self._seconds - silent, self._seconds / 10)
            self._timer = self._loop.call_later(rest, self._look)
        else:
            self._fail(TimeoutError("the other side was silent"))

    # ── What the event loop tells ──────────────────────────────────────────────────────

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._spoilt = True
        if self._answer is None:
            return
        if self._until_close and exc is None:
            self._finish()
        else:
            told = f"{type(exc).__name__}: {exc}" if exc else "the server closed the connection"
            self._fail(BrokenOffError(told))

    def data_received(self, data: bytes) -> None:
        self._heard_at = self._loop.time()
        if self._answer is None:  # nobody asked
            self.close()
            return
        self._raw += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._fail(BrokenOffError(f"{type(error).__name__}: {error}"))
        if not self._status and self._raw > _HEAD_BYTES:
            self._fail(BrokenOffError("the headers never end"))
        elif self._raw > 4 * self._most + _HEAD_BYTES:  # mostly wrapping
            self._fail(TooLargeError())

    # ── What the parser tells ──────────────────────────────────────────────────────────

    def on_message_begin(self) -> None:
        if self._status:  # an answer that nobody asked for, behind ours
            self._spoilt = True

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name.decode("latin-1"), value.decode("utf-8", "surrogateescape")))

    def on_headers_complete(self) -> None:
        self._status = self._parser.get_status_code()
        names = {name.lower() for name, _value in self._headers}
        bodiless = self._head_only or self._status in _NEVER_A_BODY
        self._until_close = not bodiless and not names & {"content-length", "transfer-encoding"}
        if self._head_only and self._status not in _INFORMATIONAL:
            self._spoilt = True  # the parser waits for a body that does not come
            self._finish()

    def on_body(self, body: bytes) -> None:
        self._size += len(body)
        if self._size > self._most:
            self._fail(TooLargeError())
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        if self._status in _INFORMATIONAL:
            self._clear()
            return
        if not self._parser.should_keep_alive():
            self._spoilt = True
        self._finish()

    # ── The end ────────────────────────────────────────────────────────────────────────

    def _finish(self) -> None:
        answer = self._answer
        if answer is None or answer.done():
            return
        headers = CIMultiDict(self._headers)
        try:
            content = _unpacked(b"".join(self._body), headers, self._most)
        except (TooLargeError, BrokenOffError) as error:
            self._fail(error)
            return
        answer.set_result(Answer(self._status, headers, content))

    def _fail(self, error: Exception) -> None:
        self._spoilt = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)


def _unpacked(content: bytes, headers: CIMultiDict[str], most: int) -> bytes:
    """A body as it was before it was packed for the way."""
    packing = headers.get("content-encoding", "").strip().lower()
    if not content or packing in {"", "identity"}:
        return content
    if packing not in _PACKED:
        raise BrokenOffError(f"the answer is packed as {packing[:40]}, which was not asked for")
    window = _PACKED[packing]
    if packing == "deflate" and content[0] & 0x0F != zlib.DEFLATED:
        window = -_WINDOW  # some servers leave out the frame
    unpacking = zlib.decompressobj(window)
    try:
        clear = unpacking.decompress(content, most + 1)
    except zlib.error as error:
        raise BrokenOffError(f"the answer cannot be unpacked: {error}") from error
    if len(clear) > most:
        raise TooLargeError
    if not unpacking.eof:
        raise BrokenOffError("the packed answer ends too early")
    return clear
