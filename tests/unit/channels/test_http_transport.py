"""The way to the network, over real sockets on loopback."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import zlib
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from multidict import CIMultiDict
from yarl import URL

from enishi.channels.errors import OutcomeUnknownError, RejectedError, TransientError
from enishi.channels.http import Http
from enishi.channels.http import transport as transports
from enishi.channels.http.guard import NetworkGuard
from enishi.channels.http.transport import (
    BrokenOffError,
    Call,
    GuardedTransport,
    NotReachedError,
    TooLargeError,
)
from enishi.kernel import clock

LOOPBACK = ["127.0.0.0/8"]


class Last(bytes):
    """An answer after which the server closes the connection."""

    __slots__ = ()


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
                if isinstance(answer, Last):
                    break
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


async def test_it_knows_a_cut_answer_from_one_that_was_never_asked_for(monkeypatch):
    cut = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"
    monkeypatch.setattr(transports, "READ_SECONDS", 0.3)
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


CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "status", "content"),
    [
        (CHUNKED + b"3\r\nabc\r\n2 \r\nde\r\n0\r\n\r\n", 200, b"abcde"),
        (b"HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n" + ok(b"late"), 200, b"late"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.1 200 OK\ncontent-length: 3\n\nold", 200, b"old"),
        (ok(zlib.compress(b"a" * 99), b"content-encoding: deflate"), 200, b"a" * 99),
        (ok(zlib.compress(b"a" * 99)[2:-4], b"content-encoding: deflate"), 200, b"a" * 99),
        (Last(b"HTTP/1.1 200 OK\r\n\r\nuntil the end"), 200, b"until the end"),
        (Last(b"HTTP/1.0 404 Not Found\r\n\r\nnone"), 404, b"none"),
    ],
)
async def test_it_reads_answers_however_their_end_is_told(transport, answer, status, content):
    async with answering(answer, ok(b"next")) as (url, _seen):
        found = await get(transport, url)
        assert (found.status, found.content) == (status, content)
        assert (await get(transport, url)).content == b"next"


@pytest.mark.parametrize(
    "answer",
    [
        Last(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"),
        Last(CHUNKED + b"3\r\nabc\r\n"),
        Last(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 70_000),
        Last(b"SSH-2.0-OpenSSH_9.6\r\n"),
        Last(b""),
        ok(b"no gzip", b"content-encoding: gzip"),
        ok(gzip.compress(b"cut short", mtime=0)[:-9], b"content-encoding: gzip"),
        ok(b"?", b"content-encoding: br"),
    ],
)
async def test_it_takes_no_piece_for_the_whole(transport, answer):
    async with answering(answer, ok(b"next")) as (url, _seen):
        with pytest.raises(BrokenOffError):
            await get(transport, url)
        assert (await get(transport, url)).content == b"next"


async def test_it_asks_for_the_head_alone(transport):
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n"
    async with answering(head, ok(b"next")) as (url, _seen):
        answer = await transport.exchange(Call("HEAD", URL(url)), max_bytes=1000)
        assert (answer.headers["Content-Length"], answer.content) == ("500", b"")
        assert (await get(transport, url)).content == b"next"


async def test_it_leaves_a_connection_on_which_more_came_than_was_asked_for(transport):
    async with answering(ok(b"1") + ok(b"of another"), ok(b"2")) as (url, _seen):
        assert (await get(transport, url)).content == b"1"
        assert (await get(transport, url)).content == b"2"


async def test_it_gives_up_on_silence_and_on_cancelling(transport, monkeypatch):
    monkeypatch.setattr(transports, "READ_SECONDS", 0.2)
    async with answering(b"HTTP/1.1 200 OK\r\n", b"", ok(b"next")) as (url, seen):
        with pytest.raises(TimeoutError):
            await get(transport, url)
        waiting = asyncio.create_task(get(transport, url))
        await asyncio.sleep(0.1)
        assert len(seen) == 2
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert (await get(transport, url)).content == b"next"


@pytest.mark.parametrize("value", ["a\r\nX-B: c", "a\nX-B: c", "a\rb", "a\0b"])
async def test_it_lets_no_header_bring_another(transport, value):
    async with answering(ok()) as (url, seen):
        with pytest.raises(ValueError, match="line break"):
            await transport.exchange(
                Call("GET", URL(url), CIMultiDict({"X-A": value})), max_bytes=9
            )
    assert not seen


async def test_it_lets_go_of_connections_that_nobody_needs(monkeypatch):
    monkeypatch.setattr(transports, "_KEEP_ALIVE_SECONDS", 0.05)
    transport = GuardedTransport(NetworkGuard(LOOPBACK))
    async with answering(ok(b"1"), ok(b"2")) as (url, _seen):
        await get(transport, url)
        free = next(iter(transport._pool._free.values()))
        await asyncio.sleep(0.2)
        assert not free
        assert (await get(transport, url)).content == b"2"
    await transport.aclose()


async def test_it_tells_a_bad_certificate_from_a_server_that_is_away(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    write_certificate(key, certificate)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=context)
    async with server, Http(allowed_networks=LOOPBACK) as http:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(TransientError) as told:
            await http.request("POST", f"https://127.0.0.1:{port}/", json={}, effect=True)
    assert "certificate" in str(told.value.message)


def write_certificate(key_path: Path, path: Path) -> None:
    """A certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = clock.now()
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    key_path.write_bytes(key.private_bytes(*private, serialization.NoEncryption()))
    path.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(private[0]))
