"""The one HTTP client. Adapters get it ready made and open no connections themselves.

What a call can end in:

    answered, understood      HttpResponse (2xx, and the 4xx that adapters must explain)
    429                       RateLimitedError with the wait that the server asks for
    not reached               TransientError: nothing was sent
    5xx, lost, timed out      OutcomeUnknownError when `effect`, else TransientError
    redirected elsewhere,
    too large, private        RejectedError
"""

from __future__ import annotations

import asyncio
import json as jsonlib
import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from enishi import __version__
from enishi.channels.errors import (
    AdapterError,
    OutcomeUnknownError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from enishi.channels.http.guard import GuardedBackend, NetworkGuard, Resolver, resolve
from enishi.channels.http.ratelimits import retry_after
from enishi.channels.http.transport import GuardedTransport
from enishi.channels.parts import about_to_act
from enishi.kernel import clock

logger = logging.getLogger(__name__)
# httpx writes whole addresses, with what their query holds, at INFO.
logging.getLogger("httpx").setLevel(logging.WARNING)

CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
DEADLINE_SECONDS = 60.0
MAX_BYTES = 10 * 1024 * 1024
USER_AGENT = f"Enishi/{__version__}"

_MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SAFE = frozenset({"GET", "HEAD"})
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_DEFAULT_PORTS = {"http": 80, "https": 443}

Params = Mapping[str, str | int | list[str]]


def redacted(url: str) -> str:
    """An address fit for a log: without user name, password, query and fragment."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" + ("?…" if parts.query else "")


def looks_like_html(content: bytes, content_type: str = "") -> bool:
    """Whether a body is a page for people."""
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return "text/html" in content_type.lower() or start.startswith((b"<!doctype html", b"<html"))


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An answer, whole and in memory."""

    status: int
    url: str
    headers: httpx.Headers
    content: bytes
    effect: bool = False

    @property
    def ok(self) -> bool:
        """Whether the status says success."""
        return httpx.codes.is_success(self.status)

    @property
    def is_html(self) -> bool:
        """Whether a page for people came back."""
        return looks_like_html(self.content, self.headers.get("content-type", ""))

    @property
    def text(self) -> str:
        """The body as text, for showing and logging."""
        return self.content.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """The body as JSON, or an error that says what came instead."""
        try:
            return jsonlib.loads(self.content)
        except ValueError as error:
            raise self._not_data() from error

    def _not_data(self) -> AdapterError:
        host = urlsplit(self.url).hostname or self.url
        if self.is_html:
            text = _(
                "{host} answered with a web page instead of data. "
                "Is this really the address of the service?"
            )
        else:
            text = _("{host} sent an answer that cannot be read.")
        message = format_lazy(text, host=host)
        detail = f"HTTP {self.status}"
        if self.effect and self.ok:
            return OutcomeUnknownError(message, detail=detail)
        return RejectedError(message, field="service_url", detail=detail)


class Http:
    """An HTTP client with time-outs, a guard for private addresses and a limit on size.

    Use it as an asynchronous context manager, within one event loop. `transport` replaces
    the network in tests; `allowed_networks` are CIDR strings, by default those of the
    setting ENISHI_ALLOWED_NETWORKS.
    """

    def __init__(
        self,
        *,
        allowed_networks: Iterable[str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        resolver: Resolver = resolve,
        deadline: float = DEADLINE_SECONDS,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self.deadline = deadline
        self.max_bytes = max_bytes
        if allowed_networks is None:
            allowed_networks = getattr(settings, "ENISHI_ALLOWED_NETWORKS", ())
        backend = GuardedBackend(NetworkGuard(allowed_networks), resolver)
        self._client = httpx.AsyncClient(
            transport=transport or GuardedTransport(backend),
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            headers={"User-Agent": USER_AGENT},
            trust_env=False,
            follow_redirects=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Params | None = None,
        json: object = None,
        content: bytes | None = None,
        effect: bool = False,
    ) -> HttpResponse:
        """Send one request. `effect` says that sending it twice would do harm."""
        target = _checked(url)
        request = self._client.build_request(
            method, target, headers=headers, params=params, json=json, content=content
        )
        if effect:
            await about_to_act()
        started = time.monotonic()
        try:
            async with asyncio.timeout(self.deadline):
                response = await self._follow(request, effect=effect)
            _raise_for_status(response)
        except (TimeoutError, httpx.HTTPError) as error:
            failure = _failure(error, request.url.host, effect=effect)
            _log(request, started, type(failure).__name__)
            raise failure from error
        except AdapterError as error:
            _log(request, started, type(error).__name__)
            raise
        _log(request, started, str(response.status))
        return response

    async def _follow(self, request: httpx.Request, *, effect: bool) -> HttpResponse:
        for _number in range(_MAX_REDIRECTS + 1):
            response = await self._exchange(request, effect=effect)
            if response.status not in _REDIRECTS or "location" not in response.headers:
                return response
            request = self._redirected(request, response)
        raise RejectedError(
            format_lazy(_("{host} redirects in circles."), host=request.url.host),
            field="service_url",
        )

    def _redirected(self, request: httpx.Request, response: HttpResponse) -> httpx.Request:
        target = request.url.join(response.headers["location"])
        if request.method not in _SAFE or not _same_host(request.url, target):
            raise RejectedError(
                format_lazy(
                    _("{host} redirects to {target}. If that is right, enter that address."),
                    host=request.url.host,
                    target=redacted(str(target)),
                ),
                field="service_url",
            )
        return self._client.build_request(
            request.method,
            target,
            headers=[pair for pair in request.headers.raw if pair[0].lower() != b"host"],
        )

    async def _exchange(self, request: httpx.Request, *, effect: bool) -> HttpResponse:
        response = await self._client.send(request, stream=True)
        try:
            content = bytearray()
            async for part in response.aiter_bytes():
                content += part
                if len(content) > self.max_bytes:
                    raise _too_large(request.url.host, self.max_bytes, effect=effect)
        finally:
            await response.aclose()
        return HttpResponse(
            status=response.status_code,
            url=str(request.url),
            headers=response.headers,
            content=bytes(content),
            effect=effect,
        )


def _checked(url: str) -> httpx.URL:
    """The address as a value, or a plain error when it is none."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise _bad_address(url) from error
    if parsed.scheme not in _DEFAULT_PORTS or not parsed.host or parsed.userinfo:
        raise _bad_address(url)
    return parsed


def _bad_address(url: str) -> RejectedError:
    return RejectedError(
        format_lazy(
            _("“{url}” is not a web address. It should look like https://example.com."),
            url=url.rpartition("@")[2][:200],
        ),
        field="service_url",
    )


def _same_host(old: httpx.URL, new: httpx.URL) -> bool:
    """Whether a redirect stays at home; from http to https counts as staying."""
    if new.scheme not in _DEFAULT_PORTS or new.host != old.host:
        return False
    ports = [url.port or _DEFAULT_PORTS[url.scheme] for url in (old, new)]
    if old.scheme == new.scheme:
        return ports[0] == ports[1]
    return new.scheme == "https" and ports == [80, 443]


def _too_large(host: str, limit: int, *, effect: bool) -> AdapterError:
    message = format_lazy(
        _("{host} sent more than {limit} MB, which Enishi does not read."),
        host=host,
        limit=limit // (1024 * 1024),
    )
    return OutcomeUnknownError(message) if effect else RejectedError(message)


def _raise_for_status(response: HttpResponse) -> None:
    """Raise for the statuses that mean the same everywhere."""
    host = urlsplit(response.url).hostname or response.url
    if response.status == httpx.codes.TOO_MANY_REQUESTS:
        raise RateLimitedError(
            format_lazy(_("{host} asks us to slow down."), host=host),
            retry_after=retry_after(response.headers, clock.now()),
            detail=response.text[:500],
        )
    if not httpx.codes.is_server_error(response.status):
        return
    message = format_lazy(_("{host} reports a fault of its own."), host=host)
    detail = f"HTTP {response.status}: {response.text[:500]}"
    if response.effect:
        raise OutcomeUnknownError(message, detail=detail)
    wait = retry_after(response.headers, clock.now())
    raise TransientError(message, retry_after=wait, detail=detail)


def _failure(error: Exception, host: str, *, effect: bool) -> AdapterError:
    """What an exchange that broke means for the caller."""
    detail = f"{type(error).__name__}: {error}"
    if isinstance(error, _NOT_SENT):
        return TransientError(format_lazy(_unreached(detail), host=host), detail=detail)
    if effect:
        message = _("{host} did not confirm: it may or may not have been done.")
        return OutcomeUnknownError(format_lazy(message, host=host), detail=detail)
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return TransientError(
            format_lazy(_("{host} took too long to answer."), host=host), detail=detail
        )
    return TransientError(
        format_lazy(_("The connection to {host} broke off."), host=host), detail=detail
    )


def _unreached(detail: str) -> Any:
    if "name resolution failed" in detail:
        return _("There is no server called {host}. Check the address for a typing error.")
    if "CERTIFICATE_VERIFY_FAILED" in detail:
        return _("The certificate of {host} is not valid, so nothing was sent.")
    return _("{host} does not answer. Check the address, or try again later.")


def _log(request: httpx.Request, started: float, outcome: str) -> None:
    logger.debug(
        "http.request",
        extra={
            "method": request.method,
            "url": redacted(str(request.url)),
            "outcome": outcome,
            "milliseconds": round((time.monotonic() - started) * 1000),
        },
    )
