"""Talking XRPC to a personal data server: session, refresh, and what its errors mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from enishi.adapters.bluesky.text import tidy_handle
from enishi.channels.contract import Connection, Secrets
from enishi.channels.errors import (
    AdapterError,
    AuthExpiredError,
    OutcomeUnknownError,
    RejectedError,
)
from enishi.channels.http import HttpResponse, Params

Json = dict[str, Any]

_UNAUTHORIZED = 401
_TOO_LARGE = 413
_EXPIRED = frozenset({"ExpiredToken"})
_SESSION_GONE = frozenset({"InvalidToken", "AuthMissing", "AuthenticationRequired", "BadJwt"})
_ABSENT = frozenset({"RecordNotFound", "RepoNotFound", "HandleNotFound", "NotFound"})

_RECONNECT = _("The session with Bluesky has ended. Reconnect the channel.")
_WRONG_PASSWORD = _(
    "The handle or the app password is not right. Check the handle for typing errors and "
    "make a new app password if you are not sure."
)
_SECOND_FACTOR = _(
    "This account asks for a code by e-mail. Use an app password instead of your password."
)
_NOT_A_PDS = _(
    "{host} answered with a web page instead of data: is this the address of a PDS? "
    "For most accounts it is https://bsky.social."
)
_SUSPENDED = _("Bluesky has suspended or deactivated this account.")


class AbsentError(RejectedError):
    """What was asked for does not exist."""


class OccupiedError(RejectedError):
    """A record with this key is there already."""


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    name: str
    params: Params | None = None
    body: Json | None = None
    content: bytes | None = None
    kind: str = ""
    effect: bool = False


def service_address(typed: str) -> str:
    """The address of a server as typed, with the scheme that people leave out."""
    text = typed.strip().rstrip("/")
    return text if "://" in text else f"https://{text}"


class Client:
    """Calls for one account. The session is renewed once when it has run out, and saved."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._secrets = connection.secrets
        self.service_url = service_address(connection.service_url or "https://bsky.social")

    @property
    def did(self) -> str:
        """Whose session this is."""
        return self._connection.remote_id or self._secrets.get("did")

    async def query(self, name: str, **params: str | int | list[str]) -> Json:
        """Ask something."""
        return await self._authorised(_Call("GET", name, params=params))

    async def procedure(self, name: str, body: Json, *, effect: bool = False) -> Json:
        """Do something; `effect` when doing it twice would be noticed."""
        return await self._authorised(_Call("POST", name, body=body, effect=effect))

    async def upload(self, content: bytes, media_type: str) -> Json:
        """Store a file and return its reference. Unused files are dropped by the server."""
        call = _Call("POST", "com.atproto.repo.uploadBlob", content=content, kind=media_type)
        return dict((await self._authorised(call))["blob"])

    async def log_in(self, identifier: str, password: str) -> tuple[Json, Secrets]:
        """Exchange a password for a session."""
        body = {"identifier": tidy_handle(identifier), "password": password.strip()}
        response = await self._send(_Call("POST", "com.atproto.server.createSession", body=body))
        if not response.ok:
            raise self._login_error(response)
        session = self._read(response)
        self._keep(session)
        return session, self._secrets

    def _login_error(self, response: HttpResponse) -> AdapterError:
        name, detail = _problem(response, self._host)
        if name == "AuthFactorTokenRequired":
            return RejectedError(_SECOND_FACTOR, field="app_password", detail=detail)
        if response.status == _UNAUTHORIZED and name in _SESSION_GONE:
            return RejectedError(_WRONG_PASSWORD, field="app_password", detail=detail)
        return _explained(name, detail, response)

    def _keep(self, session: Json) -> None:
        self._secrets = _secrets_of(session)

    async def _authorised(self, call: _Call) -> Json:
        response = await self._send(call, self._secrets.get("access"))
        if not response.ok and _problem(response, self._host)[0] in _EXPIRED:
            await self._refresh()
            response = await self._send(call, self._secrets.get("access"))
        if not response.ok:
            raise _explained(*_problem(response, self._host), response)
        return self._read(response)

    async def _refresh(self) -> None:
        self._secrets = await self._connection.renewed(self._secrets, self._exchange)

    async def _exchange(self, used: Secrets) -> Secrets:
        """A new session for the refresh token of the old one."""
        call = _Call("POST", "com.atproto.server.refreshSession")
        response = await self._send(call, used.get("refresh"))
        if not response.ok:
            name, detail = _problem(response, self._host)
            raise AuthExpiredError(_RECONNECT, detail=f"{name}: {detail}")
        return _secrets_of(self._read(response))

    async def _send(self, call: _Call, token: str = "") -> HttpResponse:
        headers = {"Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if call.kind:
            headers["Content-Type"] = call.kind
        return await self._connection.http.request(
            call.method,
            f"{self.service_url}/xrpc/{call.name}",
            headers=headers,
            params=call.params,
            json=call.body,
            content=call.content,
            effect=call.effect,
        )

    @property
    def _host(self) -> str:
        return urlsplit(self.service_url).netloc

    def _read(self, response: HttpResponse) -> Json:
        if response.is_html:
            raise _page_instead(self._host, response)
        answer = response.json() if response.content else {}
        if isinstance(answer, dict):
            return answer
        raise _page_instead(self._host, response)


def _secrets_of(session: Json) -> Secrets:
    return Secrets(
        {
            "access": str(session["accessJwt"]),
            "refresh": str(session["refreshJwt"]),
            "did": str(session["did"]),
        }
    )


def _page_instead(host: str, response: HttpResponse) -> AdapterError:
    message = format_lazy(_NOT_A_PDS, host=host)
    if response.effect and response.ok:
        return OutcomeUnknownError(message, detail=f"HTTP {response.status}")
    return RejectedError(message, field="service_url", detail=f"HTTP {response.status}")


def _problem(response: HttpResponse, host: str) -> tuple[str, str]:
    """The name and the text of an error answer."""
    if response.status == _TOO_LARGE:
        return "BlobTooLarge", response.text[:300]
    try:
        answer = response.json()
    except AdapterError as error:
        raise _page_instead(host, response) from error
    if not isinstance(answer, Mapping):
        raise _page_instead(host, response)
    return str(answer.get("error", "")), str(answer.get("message", ""))[:500]


def _explained(name: str, detail: str, response: HttpResponse) -> AdapterError:
    """Our error for one of theirs."""
    technical = f"HTTP {response.status} {name}: {detail}"
    if name in _EXPIRED | _SESSION_GONE or response.status == _UNAUTHORIZED:
        return AuthExpiredError(_RECONNECT, detail=technical)
    if name in {"AccountTakedown", "AccountDeactivated", "AccountSuspended"}:
        return AuthExpiredError(_SUSPENDED, detail=technical)
    if name == "InvalidSwap":
        return OccupiedError(_("There is already a post in this place."), detail=technical)
    if name in _ABSENT:
        return AbsentError(_("Bluesky does not know that post or account."), detail=technical)
    if name in {"BlobTooLarge", "PayloadTooLarge", "InvalidMimeType"}:
        message = _("Bluesky does not accept this image: it is too large or of another kind.")
        return RejectedError(message, field="attachments", detail=technical)
    message = format_lazy(_("Bluesky refused this: {reason}"), reason=detail or name)
    return RejectedError(message, detail=technical)
