"""The way to the network, over real sockets on loopback."""

from __future__ import annotations

import asyncio
import gzip
from contextlib import asynccontextmanager

import pytest
from yarl import URL

from enishi.channels.errors import OutcomeUnknownError, RejectedError, TransientError
from enishi.channels.http import Http
from enishi.channels.http.guard import NetworkGuard
from enishi.channels.http.transport import (
    BrokenOffError,
    Call,
    GuardedTransport,
    NotReachedError,
    TooLargeError,
)

LOOPBACK = ["127.0.0.0/8"]


@asynccontextmanager
async def answering(*answers: bytes | None):
    """A server that gives each request the next answer; None cuts the connection."""
    seen: list[bytes] = []
    left = list(answers)

    async def handle(reader, writer):
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                seen.append(head)
                answer = left.pop(0)
                if answer is None:
                    break
                writer.write(answer)
                await writer.drain()
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", seen


def ok(body: bytes = b"{}", *headers: bytes) -> bytes:
    lines = [b"HTTP/1.1 200 OK", b"content-length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@pytest.fixture
async def transport():
    made = GuardedTransport(NetworkGuard(LOOPBACK))
    yield made
    await made.aclose()


async def get(transport, url, **options):
    return await transport.exchange(Call("GET", URL(url)), **({"max_bytes": 1000} | options))


async def test_it_uses_connections_again_and_keeps_no_cookies(transport):
    async with answering(ok(b"1", b"set-cookie: a=b"), ok(b"2", b"X-Two: 2")) as (url, seen):
        assert (await get(transport, url)).content == b"1"
        answer = await get(transport, url)
    assert (answer.content, answer.headers["x-two"]) == (b"2", "2")
    assert not any(b"cookie" in head.lower() for head in seen)


async def test_it_unpacks_and_stops_at_what_is_too_much(transport):
    packed = [ok(gzip.compress(b"0" * size), b"content-encoding: gzip") for size in (999, 9999999)]
    async with answering(*packed) as (url, _seen):
        assert len((await get(transport, url)).content) == 999
        with pytest.raises(TooLargeError):
            await get(transport, url)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
async def test_it_never_sends_again_by_itself(transport, method):
    async with answering(ok(), None, ok()) as (url, seen):
        await get(transport, url)
        with pytest.raises(BrokenOffError):
            await transport.exchange(Call(method, URL(url), content=b"x"), max_bytes=1000)
        assert len(seen) == 2


async def test_it_follows_no_redirect_by_itself(transport):
    moved = b"HTTP/1.1 302 Found\r\nlocation: /b\r\ncontent-length: 0\r\n\r\n"
    async with answering(moved, ok()) as (url, _seen):
        assert (await get(transport, url)).status == 302


async def test_it_checks_addresses_that_are_written_as_numbers():
    transport = GuardedTransport(NetworkGuard())
    for url in ("http://127.0.0.1:9/", "http://[::1]:9/", "http://[fe80::1]/"):
        with pytest.raises(RejectedError):
            await get(transport, url)
    for url in ("http://2130706433/", "http://127.1/", "http://0x7f000001/"):
        with pytest.raises((RejectedError, NotReachedError)):
            await get(transport, url)
    await transport.aclose()


async def test_it_knows_a_cut_answer_from_one_that_was_never_asked_for():
    cut = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"
    async with Http(allowed_networks=LOOPBACK) as http, answering(cut, None) as (url, _seen):
        for _number in range(2):
            with pytest.raises(OutcomeUnknownError):
                await http.request("POST", url, json={}, effect=True)
    async with Http(allowed_networks=LOOPBACK) as http:
        with pytest.raises(TransientError):
            await http.request("POST", url, json={}, effect=True)


async def test_it_sends_what_it_is_given():
    async with Http(allowed_networks=LOOPBACK) as http, answering(ok(), ok()) as (url, seen):
        await http.request("POST", url, json={"a": "縁"}, params={"q": ["x y", "z"]})
        await http.request("POST", url, content=b"raw", headers={"X-A": "b"})
    assert b"/?q=x+y&q=z HTTP/1.1" in seen[0]
    assert b"Content-Type: application/json" in seen[0]
    assert b"User-Agent: Enishi/" in seen[0]
    assert b"Content-Type" not in seen[1]
    assert b"X-A: b" in seen[1]
