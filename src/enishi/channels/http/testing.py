"""Fakes for the ports of channels: no network, every call on record."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import httpx

from enishi.channels.contract import Connection, Secrets
from enishi.channels.http.client import Http
from enishi.channels.http.transport import (
    Answer,
    BrokenOffError,
    Call,
    NotReachedError,
    RefusedError,
    TooLargeError,
)

Scripted = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class HttpxTransport:
    """A `Transport` over one of httpx: what answers in tests is written in its terms."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._client = httpx.AsyncClient(transport=inner, trust_env=False)

    async def exchange(self, call: Call, *, max_bytes: int) -> Answer:
        request = httpx.Request(
            call.method, str(call.url), headers=list(call.headers.items()), content=call.content
        )
        try:
            response = await self._client.send(request, stream=True)
            content = await _read(response, max_bytes)
        except _NOT_SENT as error:
            raise NotReachedError(f"{type(error).__name__}: {error}") from error
        except httpx.TimeoutException as error:
            raise TimeoutError(f"{type(error).__name__}: {error}") from error
        except httpx.HTTPError as error:
            raise BrokenOffError(f"{type(error).__name__}: {error}") from error
        return Answer(response.status_code, response.headers, content)

    async def messages(self, call: Call) -> AsyncIterator[str]:
        """What is scripted answers requests; it has no streams."""
        if call.url.host is None:
            yield ""
        raise RefusedError(404)

    async def aclose(self) -> None:
        await self._client.aclose()


async def _read(response: httpx.Response, max_bytes: int) -> bytes:
    content = bytearray()
    try:
        async for part in response.aiter_bytes():
            content += part
            if len(content) > max_bytes:
                raise TooLargeError
    finally:
        await response.aclose()
    return bytes(content)


class FakeHttp(Http):
    """An `Http` that answers from a script.

    `on(method, path, *answers)` says what comes back, one answer after the other; the last
    one stays. An exception is raised, a function is called with the request.
    """

    def __init__(self, **options: Any) -> None:
        self.requests: list[httpx.Request] = []
        self._answers: dict[tuple[str, str], list[Scripted]] = {}
        super().__init__(transport=HttpxTransport(httpx.MockTransport(self._handle)), **options)

    def on(self, method: str, path: str, *answers: Scripted) -> None:
        """Set the answers of one path, replacing earlier ones."""
        self._answers[method.upper(), path] = list(answers)

    def sent(self, path: str) -> list[httpx.Request]:
        """The requests that went to a path."""
        return [request for request in self.requests if request.url.path == path]

    def bodies(self, path: str) -> list[Any]:
        """The JSON bodies that went to a path."""
        return [json.loads(request.content) for request in self.sent(path)]

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        waiting = self._answers.get((request.method, request.url.path))
        if not waiting:
            raise AssertionError(f"nothing scripted for {request.method} {request.url}")
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return httpx.Response(
                answer.status_code, headers=answer.headers, content=answer.content
            )
        return answer(request)


class KeptSecrets:
    """A `save_secrets` that remembers what it was given."""

    def __init__(self) -> None:
        self.saved: list[Secrets] = []

    async def __call__(self, secrets: Secrets) -> None:
        self.saved.append(secrets)


def connection(
    http: Http,
    *,
    service_url: str = "https://network.example",
    remote_id: str = "",
    handle: str = "",
    secrets: Mapping[str, str] | None = None,
    save_secrets: KeptSecrets | None = None,
) -> Connection:
    """A connection for tests."""
    return Connection(
        service_url=service_url,
        remote_id=remote_id,
        handle=handle,
        secrets=Secrets(dict(secrets or {})),
        http=http,
        save_secrets=save_secrets or KeptSecrets(),
    )
