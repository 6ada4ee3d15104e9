"""Talking to a server of the Mastodon API: calls, pages, files, and what its errors mean."""

from __future__ import annotations

import json as jsonlib
import re
import secrets as randomness
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from enishi.adapters.mastodon.text import server_of
from enishi.channels.contract import Connection, Secrets
from enishi.channels.errors import (
    AdapterError,
    AuthExpiredError,
    OutcomeUnknownError,
    RejectedError,
    TransientError,
)
from enishi.channels.http import HttpResponse, Params

Json = dict[str, Any]

_UNAUTHORIZED, _FORBIDDEN, _TOO_LARGE, _UNPROCESSABLE = 401, 403, 413, 422
_MISSING = frozenset({404, 405, 410, 501})
_NOT_IMPLEMENTED = "HTTP 501"
_NEXT = re.compile(r'<([^>]+)>\s*;[^,]*rel="?next"?')
_LIMITED = ("suspended", "disabled", "login is currently", "email needs", "moved")

RECONNECT = _("The server no longer accepts this connection. Reconnect the channel.")
_SUSPENDED = _("The server has suspended, moved or not yet confirmed this account.")
_NOT_MASTODON = _(
    "{host} does not answer as a server of the Mastodon API does. Check the address; "
    "for @name@example.social it is example.social."
)
_ABSENT = _("The server does not know that post or account, or cannot answer this.")
_NO_SCOPE = _(
    "The server does not let Enishi do this. Reconnect the channel and agree to everything "
    "that is asked."
)


class MissingError(RejectedError):
    """What was asked for does not exist, or the server does not know how to answer."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `effect` when doing it twice would be noticed."""

    method: str
    path: str
    params: Params | None = None
    body: object = None
    form: Mapping[str, str] | None = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    effect: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: JSON, and where the next page of a list begins."""

    data: Any
    status: int
    onward: str = ""


class Client:
    """Calls for one account; a token that has run out is renewed once where that is possible."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._secrets = connection.secrets
        self.service_url = server_of(connection.service_url)

    @property
    def token(self) -> str:
        """What opens the account."""
        return self._secrets.get("access_token")

    async def get(self, path: str, **params: str | int | list[str]) -> Any:
        """Ask something."""
        return (await self.call(Call("GET", path, params=params or None))).data

    async def pages(self, path: str, params: Params) -> Answer:
        """Ask for a list, and where it goes on."""
        return await self.call(Call("GET", path, params=params))

    async def call(self, call: Call) -> Answer:
        """Send a request for the account."""
        response = await self._send(call, self.token)
        if response.status == _UNAUTHORIZED and self._secrets.get("refresh_token"):
            await self._renew()
            response = await self._send(call, self.token)
        return self._read(response)

    async def anonymous(self, call: Call) -> Any:
        """Send a request without an account."""
        return self._read(await self._send(call, "")).data

    async def upload(self, path: str, file: Upload) -> Answer:
        """Send a file with the fields that describe it."""
        body, kind = multipart(file)
        headers = {"Content-Type": kind}
        return await self.call(Call("POST", path, content=body, headers=headers))

    async def _renew(self) -> None:
        self._secrets = await self._connection.renewed(self._secrets, self._exchange)

    async def _exchange(self, given: Secrets) -> Secrets:
        """A new token for the refresh token of the old one."""
        call = Call(
            "POST",
            "/oauth/token",
            form={
                "grant_type": "refresh_token",
                "refresh_token": given["refresh_token"],
                "client_id": given.get("client_id"),
                "client_secret": given.get("client_secret"),
            },
        )
        try:
            found = await self.anonymous(call)
        except (RejectedError, AuthExpiredError) as error:
            raise AuthExpiredError(RECONNECT, detail=error.detail) from error
        kept = {"refresh_token": given["refresh_token"], **credentials(found)}
        return Secrets({**given.values, **kept})

    async def _send(self, call: Call, token: str) -> HttpResponse:
        headers = {"Accept": "application/json", **call.headers}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        content = call.content
        if call.form is not None:
            content = urlencode(call.form).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            return await self._connection.http.request(
                call.method,
                f"{self.service_url}{call.path}",
                headers=headers,
                params=call.params,
                json=call.body,
                content=content,
                effect=call.effect,
            )
        except (TransientError, OutcomeUnknownError) as error:
            if error.detail.startswith(_NOT_IMPLEMENTED):
                message = _("The server does not offer this.")
                raise MissingError(message, detail=error.detail) from error
            raise

    @property
    def host(self) -> str:
        """The server's name, for people."""
        return urlsplit(self.service_url).netloc

    def _read(self, response: HttpResponse) -> Answer:
        if not response.ok:
            raise explained(response, self.host)
        data = _data(response, self.host)
        return Answer(data, response.status, _onward(response))


def credentials(found: object) -> dict[str, str]:
    """The secrets in an answer of the token endpoint."""
    given = found if isinstance(found, Mapping) else {}
    kept = {name: str(given[name]) for name in ("access_token", "refresh_token") if given.get(name)}
    if "access_token" not in kept:
        raise RejectedError(_("The server gave no access. Sign in there once more."))
    return kept


def _data(response: HttpResponse, host: str) -> Any:
    try:
        return jsonlib.loads(response.content) if response.content.strip() else {}
    except ValueError as error:
        message = format_lazy(_NOT_MASTODON, host=host)
        detail = f"HTTP {response.status}: {response.text[:200]}"
        if response.effect:
            raise OutcomeUnknownError(message, detail=detail) from error
        raise RejectedError(message, field="service_url", detail=detail) from error


def _onward(response: HttpResponse) -> str:
    """The `max_id` of the next page, as the Link header gives it."""
    found = _NEXT.search(response.headers.get("link", ""))
    query = parse_qs(urlsplit(found.group(1)).query) if found else {}
    return (query.get("max_id") or [""])[0]


def _said(response: HttpResponse) -> str:
    """What the server gives as a reason."""
    try:
        answer = jsonlib.loads(response.content)
    except ValueError:
        return ""
    if not isinstance(answer, Mapping):
        return ""
    reason = answer.get("error_description") or answer.get("error") or answer.get("message")
    return str(reason or "")[:500]


def explained(response: HttpResponse, host: str) -> AdapterError:
    """Our error for one of theirs."""
    said, status = _said(response), response.status
    detail = f"HTTP {status}: {said or response.text[:200]}"
    if status in {_UNAUTHORIZED, _FORBIDDEN} and (closed := _closed(status, said.lower())):
        return AuthExpiredError(closed, detail=detail)
    if response.is_html and not said and not _is_known(response):
        message = format_lazy(_NOT_MASTODON, host=host)
        return RejectedError(message, field="service_url", detail=detail)
    if status in _MISSING:
        return MissingError(_ABSENT, detail=detail)
    if status == _TOO_LARGE:
        message = _("The server does not take this file: it is too large.")
        return RejectedError(message, field="attachments", detail=detail)
    message = format_lazy(_("{host} refused this: {reason}"), host=host, reason=said or status)
    return RejectedError(message, field=_field(status, said), detail=detail)


def _closed(status: int, said: str) -> object:
    """Why the account is closed to us, or nothing when only this one thing is forbidden."""
    if status == _UNAUTHORIZED:
        return RECONNECT
    if any(word in said for word in _LIMITED):
        return _SUSPENDED
    return _NO_SCOPE if "scope" in said else ""


def _is_known(response: HttpResponse) -> bool:
    """Whether a page instead of data can mean a gap: the two first addresses exist everywhere."""
    path = urlsplit(response.url).path
    return response.status in _MISSING and path not in {"/api/v1/instance", "/api/v1/apps"}


def _field(status: int, said: str) -> str:
    """Which part of the post a refusal is about."""
    if status != _UNPROCESSABLE:
        return ""
    lower = said.lower()
    for word, name in (("media", "attachments"), ("file", "attachments"), ("poll", "options")):
        if word in lower:
            return name
    return "text" if "character" in lower or "text" in lower else ""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way."""

    content: bytes
    media_type: str
    fields: Sequence[tuple[str, str]] = ()
    thumbnail: tuple[bytes, str] | None = None
    """The picture that stands for a film, and its kind."""


def multipart(file: Upload) -> tuple[bytes, str]:
    """The body of an upload and its content type."""
    boundary = randomness.token_hex(16)
    pieces = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in file.fields
    ]
    if file.thumbnail:
        pieces += [_part_head(boundary, "thumbnail", file.thumbnail[1]), file.thumbnail[0], b"\r\n"]
    head = _part_head(boundary, "file", file.media_type)
    tail = f"\r\n--{boundary}--\r\n"
    body = b"".join([*pieces, head, file.content, tail.encode()])
    return body, f"multipart/form-data; boundary={boundary}"


def _part_head(boundary: str, field: str, media_type: str) -> bytes:
    name = f"{field}.{media_type.rpartition('/')[2].partition(';')[0] or 'bin'}"
    return (
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        f"Content-Type: {media_type}\r\n\r\n"
    ).encode()
