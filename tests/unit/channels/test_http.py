"""The one HTTP client: what each ending of a call means."""

from __future__ import annotations

import asyncio
import gzip
import logging

import httpx
import pytest
from django.utils import translation

from enishi.channels.errors import (
    AdapterError,
    OutcomeUnknownError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from enishi.channels.http import Http, redacted
from enishi.channels.http.testing import FakeHttp, HttpxTransport

URL = "https://network.example/api"


@pytest.fixture
async def fake():
    async with FakeHttp(max_bytes=1024 * 1024, deadline=0.2) as http:
        yield http


async def failure(http, answer, *, effect=False, method="POST"):
    """What a call ends in; then the server recovers and the same call works."""
    http.on(method, "/api", answer)
    with pytest.raises(AdapterError) as raised:
        await http.request(method, URL, effect=effect)
    http.on(method, "/api", httpx.Response(200, json={"fine": True}))
    assert (await http.request(method, URL, effect=effect)).json() == {"fine": True}
    return raised.value


@pytest.mark.parametrize(
    ("answer", "harmless", "with_effect"),
    [
        (httpx.ConnectError("refused"), TransientError, TransientError),
        (httpx.ConnectTimeout("slow"), TransientError, TransientError),
        (httpx.PoolTimeout("full"), TransientError, TransientError),
        (httpx.ReadTimeout("slow"), TransientError, OutcomeUnknownError),
        (httpx.ReadError("reset"), TransientError, OutcomeUnknownError),
        (httpx.RemoteProtocolError("cut"), TransientError, OutcomeUnknownError),
        (httpx.Response(500), TransientError, OutcomeUnknownError),
        (httpx.Response(502, text="<html>"), TransientError, OutcomeUnknownError),
        (httpx.Response(503), TransientError, OutcomeUnknownError),
        (httpx.Response(429), RateLimitedError, RateLimitedError),
        (httpx.Response(302, headers={"location": "/b"}), RejectedError, RejectedError),
        (httpx.Response(200, content=b"x" * 1024 * 1025), RejectedError, OutcomeUnknownError),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_it_tells_what_surely_failed_from_what_may_have_worked(
    fake, answer, harmless, with_effect
):
    assert type(await failure(fake, answer)) is harmless
    assert type(await failure(fake, answer, effect=True)) is with_effect


async def test_it_gives_up_at_its_deadline():
    async def slow(_request):
        await asyncio.sleep(5)
        return httpx.Response(200)

    async with Http(transport=HttpxTransport(httpx.MockTransport(slow)), deadline=0.05) as http:
        with pytest.raises(TransientError):
            await http.request("GET", URL)
        with pytest.raises(OutcomeUnknownError):
            await http.request("POST", URL, effect=True)


@pytest.mark.parametrize("status", [200, 201, 304, 400, 401, 403, 404, 413])
async def test_it_leaves_other_answers_to_the_adapter(fake, status):
    fake.on("GET", "/api", httpx.Response(status, text="{}"))
    assert (await fake.request("GET", URL)).status == status


async def test_it_says_that_a_web_page_is_not_data(fake):
    fake.on("GET", "/api", httpx.Response(200, html="<!DOCTYPE html><title>Hi</title>"))
    response = await fake.request("GET", URL)
    assert response.is_html
    with pytest.raises(RejectedError) as refused, translation.override("en"):
        response.json()
    with translation.override("en"):
        assert "network.example answered with a web page" in str(refused.value.message)
    assert refused.value.field == "service_url"


async def test_it_does_not_know_the_outcome_when_a_write_is_answered_by_a_page(fake):
    fake.on("POST", "/api", httpx.Response(200, html="<html>welcome</html>"))
    response = await fake.request("POST", URL, effect=True)
    with pytest.raises(OutcomeUnknownError):
        response.json()


async def test_it_follows_redirects_at_home_and_upwards(fake):
    fake.on("GET", "/api", httpx.Response(301, headers={"location": "/new?x=1"}))
    fake.on("GET", "/new", httpx.Response(200, json=[1]))
    response = await fake.request("GET", "http://network.example/api", headers={"X-A": "b"})
    assert response.json() == [1]
    assert response.url == "http://network.example/new?x=1"
    assert fake.requests[-1].headers["x-a"] == "b"
    fake.on("GET", "/api", httpx.Response(308, headers={"location": "https://network.example/new"}))
    assert (await fake.request("GET", "http://network.example/api")).url.startswith("https://")


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        "http://network.example/api",
        "https://network.example:8443/",
        "ftp://network.example/",
        "http://127.0.0.1/",
    ],
)
async def test_it_does_not_follow_elsewhere(fake, target):
    error = await failure(fake, httpx.Response(302, headers={"location": target}), method="GET")
    assert type(error) is RejectedError


async def test_it_notices_circles(fake):
    error = await failure(fake, httpx.Response(302, headers={"location": URL}), method="GET")
    assert type(error) is RejectedError


async def test_it_limits_what_unpacks_to_too_much(fake):
    bomb = gzip.compress(b"0" * 20 * 1024 * 1024)
    packed = httpx.Response(200, headers={"content-encoding": "gzip"}, content=bomb)

    def handle(_request):
        return httpx.Response(200, headers=packed.headers, content=bomb)

    transport = HttpxTransport(httpx.MockTransport(handle))
    async with Http(transport=transport, max_bytes=1024 * 1024) as http:
        with pytest.raises(RejectedError):
            await http.request("GET", URL)


@pytest.mark.parametrize(
    "url", ["", "example.com", "ftp://example.com", "https://user:pw@example.com/", "https://"]
)
async def test_it_refuses_what_is_no_web_address(fake, url):
    with pytest.raises(RejectedError) as refused:
        await fake.request("GET", url)
    assert "pw" not in str(refused.value.message)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/",
        "http://localhost:9/",
        "http://[::1]:9/",
        "http://10.1.2.3/",
        "http://169.254.169.254/latest/meta-data",
        "http://[::ffff:192.168.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "http://[2002:7f00:1::]/",
        "http://0.0.0.0/",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
    ],
)
async def test_it_does_not_talk_to_private_addresses(url):
    async with Http(allowed_networks=()) as http:
        with pytest.raises(RejectedError) as refused:
            await http.request("GET", url, effect=True)
    with translation.override("en"):
        assert "ENISHI_ALLOWED_NETWORKS" in str(refused.value.message)


async def serve(status=b"200 OK", body=b"{}"):
    """A server on loopback; its port is the value."""

    async def handle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        head = b"HTTP/1.1 %s\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
        writer.write(head % (status, len(body)) + body)
        await writer.drain()
        writer.close()

    return await asyncio.start_server(handle, "127.0.0.1", 0)


async def test_it_talks_to_networks_that_the_operator_allows():
    server = await serve()
    port = server.sockets[0].getsockname()[1]
    async with server, Http(allowed_networks=["127.0.0.0/8"]) as http:
        assert (await http.request("GET", f"http://127.0.0.1:{port}/")).json() == {}


async def test_it_connects_to_the_address_that_it_checked():
    server = await serve()
    port = server.sockets[0].getsockname()[1]
    asked: list[str] = []

    async def resolver(host, _port):
        asked.append(host)
        return ["10.0.0.1", "127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    async with server, Http(allowed_networks=["127.0.0.0/8"], resolver=resolver) as http:
        response = await http.request("GET", f"http://rebinding.example:{port}/")
        assert response.ok
        with pytest.raises(RejectedError):
            await http.request("GET", f"http://rebinding.example:{port}/")
    assert asked == ["rebinding.example"] * 2


async def test_it_names_a_server_that_does_not_exist():
    async def resolver(_host, _port):
        raise OSError("no such name")

    async with Http(resolver=resolver) as http:
        with pytest.raises(TransientError) as failed:
            await http.request("POST", URL, effect=True)
    with translation.override("en"):
        assert "no server called network.example" in str(failed.value.message)


async def test_it_says_when_nobody_answers_there():
    server = await serve()
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    async with Http(allowed_networks=["127.0.0.0/8"]) as http:
        with pytest.raises(TransientError):
            await http.request("POST", f"http://127.0.0.1:{port}/", effect=True)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "17"}, 17),
        ({"RateLimit-Reset": "30"}, 30),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
async def test_it_passes_on_how_long_to_wait(fake, headers, seconds):
    fake.on("GET", "/api", httpx.Response(429, headers=headers))
    with pytest.raises(RateLimitedError) as limited:
        await fake.request("GET", URL)
    assert limited.value.retry_after == seconds


async def test_it_keeps_secrets_out_of_the_log(fake, caplog):
    caplog.set_level(logging.DEBUG, "enishi.channels.http.client")
    fake.on("GET", "/api", httpx.Response(200, text="{}"))
    await fake.request(
        "GET", URL + "?token=hush", headers={"Authorization": "Bearer hush"}, params={"b": "hush"}
    )
    records = " ".join(str(vars(record)) for record in caplog.records)
    assert "network.example/api" in records
    assert "hush" not in records


def test_it_redacts_addresses():
    assert redacted("https://me:pw@a.example/x?key=1#f") == "https://a.example/x?…"
