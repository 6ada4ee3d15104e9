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
from collections.abc import AsyncIterator, Iterable, Mapping
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from multidict import CIMultiDict
from yarl import URL

from enishi import __version__
from enishi.channels.errors import (
    AdapterError,
    OutcomeUnknownError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from enishi.channels.http import quotas
from enishi.channels.http.guard import NetworkGuard, Resolver, resolve
from enishi.channels.http.ratelimits import retry_after
from enishi.channels.http.transport import (
    Answer,
    BrokenOffError,
    Call,
    GuardedTransport,
    NotReachedError,
    RefusedError,
    TooLargeError,
    Transport,
)
from enishi.channels.parts import about_to_act
from enishi.jobs import tracing
from enishi.kernel import clock

logger = logging.getLogger(__name__)

DEADLINE_SECONDS = 60.0
MAX_BYTES = 10 * 1024 * 1024
USER_AGENT = f"Enishi/{__version__}"

_MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SAFE = frozenset({"GET", "HEAD"})
_TOO_MANY_REQUESTS = 429
_SERVER_ERRORS = range(500, 600)
_SUCCESSES = range(200, 300)
_json = jsonlib.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
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


class HttpResponse(NamedTuple):
    """An answer, whole and in memory."""

    status: int
    url: str
    headers: Mapping[str, str]
    content: bytes
    effect: bool = False

    @property
    def ok(self) -> bool:
        """Whether the status says success."""
        return self.status in _SUCCESSES

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
        transport: Transport | None = None,
        resolver: Resolver = resolve,
        deadline: float = DEADLINE_SECONDS,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self.deadline = deadline
        self.max_bytes = max_bytes
        if allowed_networks is None:
            allowed_networks = getattr(settings, "ENISHI_ALLOWED_NETWORKS", ())
        self.transport: Transport = transport or GuardedTransport(
            NetworkGuard(allowed_networks), resolver
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
        await self.transport.aclose()

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
        elsewhere: bool = False,
    ) -> HttpResponse:
        """Send one request. `effect` says that sending it twice would do harm.

        `elsewhere` follows redirects to other hosts too, each of them guarded like the first:
        for what everybody may read, and never with credentials.
        """
        call = _call(method, _checked(url), headers=headers, params=params, body=(json, content))
        if effect:
            await about_to_act()
        started = time.monotonic()
        try:
            async with asyncio.timeout(self.deadline):
                response = await self._follow(call, effect=effect, elsewhere=elsewhere)
            quotas.note(response.headers, clock.now())
            _raise_for_status(response)
        except (TimeoutError, NotReachedError, BrokenOffError) as error:
            failure = _failure(error, _host(call.url), effect=effect)
            _log(call, started, type(failure).__name__)
            raise failure from error
        except TooLargeError as error:
            _log(call, started, type(error).__name__)
            raise _too_large(_host(call.url), self.max_bytes, effect=effect) from error
        except AdapterError as error:
            _log(call, started, type(error).__name__)
            raise
        _log(call, started, str(response.status))
        return response

    async def messages(
        self, url: str, *, headers: Mapping[str, str] | None = None, params: Params | None = None
    ) -> AsyncIterator[str]:
        """An empty text when a WebSocket is open, then its messages until the server closes it.

        Raises RejectedError when the server offers no stream there, else TransientError.
        """
        call = _call("GET", _checked(url), headers=headers, params=params, body=(None, None))
        host = _host(call.url)
        try:
            async for text in self.transport.messages(call):
                yield text
        except RefusedError as error:
            detail = f"HTTP {error.status}"
            if error.status in _SERVER_ERRORS or error.status == _TOO_MANY_REQUESTS:
                message = format_lazy(_("{host} reports a fault of its own."), host=host)
                raise TransientError(message, detail=detail) from error
            message = format_lazy(_("{host} offers no stream."), host=host)
            raise RejectedError(message, detail=detail) from error
        except (NotReachedError, BrokenOffError, TimeoutError) as error:
            raise _failure(error, host, effect=False) from error

    async def _follow(self, call: Call, *, effect: bool, elsewhere: bool) -> HttpResponse:
        for _number in range(_MAX_REDIRECTS + 1):
            answer = await self.transport.exchange(call, max_bytes=self.max_bytes)
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                return HttpResponse(
                    answer.status, str(call.url), answer.headers, answer.content, effect
                )
            call = _redirected(call, answer, elsewhere=elsewhere)
        raise RejectedError(
            format_lazy(_("{host} redirects in circles."), host=_host(call.url)),
            field="service_url",
        )


def _host(url: URL) -> str:
    return url.host or str(url)


def _call(
    method: str,
    url: URL,
    *,
    headers: Mapping[str, str] | None,
    params: Params | None,
    body: tuple[object, bytes | None],
) -> Call:
    """The request as it goes over the wire."""
    sent = CIMultiDict[str]({"User-Agent": USER_AGENT, "Accept": "*/*"})
    sent.update(headers or {})
    json, content = body
    if json is not None:
        sent.setdefault("Content-Type", "application/json")
        content = _json.encode(json).encode()
    return Call(method, url.with_query(params) if params else url, sent, content)


def _redirected(call: Call, answer: Answer, *, elsewhere: bool = False) -> Call:
    """The call that a redirect asks for, as long as it stays at home."""
    target = call.url.join(_location(answer.headers["location"], call.url))
    stays = (elsewhere and target.scheme in _DEFAULT_PORTS) or _same_host(call.url, target)
    if call.method not in _SAFE or not stays:
        raise RejectedError(
            format_lazy(
                _("{host} redirects to {target}. If that is right, enter that address."),
                host=_host(call.url),
                target=redacted(str(target)),
            ),
            field="service_url",
        )
    return Call(call.method, target, call.headers)


def _location(text: str, url: URL) -> URL:
    try:
        return URL(text)
    except ValueError as error:
        message = _("{host} sent an answer that cannot be read.")
        raise RejectedError(format_lazy(message, host=_host(url)), field="service_url") from error


def _checked(url: str) -> URL:
    """The address as a value, or a plain error when it is none."""
    try:
        parsed = URL(url)
    except ValueError as error:
        raise _bad_address(url) from error
    named = parsed.user is not None or parsed.password is not None
    if parsed.scheme not in _DEFAULT_PORTS or not parsed.host or named:
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


def _same_host(old: URL, new: URL) -> bool:
    """Whether a redirect stays at home; from http to https counts as staying."""
    if new.scheme not in _DEFAULT_PORTS or new.host != old.host:
        return False
    ports = [old.port, new.port]
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
    if response.status != _TOO_MANY_REQUESTS and response.status not in _SERVER_ERRORS:
        return
    host = urlsplit(response.url).hostname or response.url
    if response.status == _TOO_MANY_REQUESTS:
        raise RateLimitedError(
            format_lazy(_("{host} asks us to slow down."), host=host),
            retry_after=retry_after(response.headers, clock.now()),
            detail=response.text[:500],
        )
    message = format_lazy(_("{host} reports a fault of its own."), host=host)
    detail = f"HTTP {response.status}: {response.text[:500]}"
    if response.effect:
        raise OutcomeUnknownError(message, detail=detail)
    wait = retry_after(response.headers, clock.now())
    raise TransientError(message, retry_after=wait, detail=detail)


def _failure(error: Exception, host: str, *, effect: bool) -> AdapterError:
    """What an exchange that broke means for the caller."""
    detail = str(error) or type(error).__name__
    if isinstance(error, NotReachedError):
        return TransientError(format_lazy(_unreached(detail), host=host), detail=detail)
    if effect:
        message = _("{host} did not confirm: it may or may not have been done.")
        return OutcomeUnknownError(format_lazy(message, host=host), detail=detail)
    if isinstance(error, TimeoutError):
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


def _log(call: Call, started: float, outcome: str) -> None:
    seconds = time.monotonic() - started
    tracing.called(call.method, _host(call.url), outcome, seconds)
    if not logger.isEnabledFor(logging.DEBUG):
        return
    logger.debug(
        "http.request",
        extra={
            "method": call.method,
            "url": redacted(str(call.url)),
            "outcome": outcome,
            "milliseconds": round(seconds * 1000),
        },
    )
