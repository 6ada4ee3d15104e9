"""Signing in on the server's own site: app, address, and the exchange of the code."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from enishi.adapters.mastodon.client import Call, Client, credentials
from enishi.channels.contract import Asked, Secrets
from enishi.channels.errors import AuthExpiredError, RejectedError

SCOPES = "read write follow"
APP_NAME = "Enishi"


async def register(client: Client, redirect_uri: str) -> Secrets:
    """Make Enishi known to the server: nobody has to register an app by hand."""
    form = {"client_name": APP_NAME, "redirect_uris": redirect_uri, "scopes": SCOPES}
    try:
        found = await client.anonymous(Call("POST", "/api/v1/apps", form=form))
    except AuthExpiredError as error:
        message = format_lazy(_("{host} does not let apps register."), host=client.host)
        raise RejectedError(message, field="service_url", detail=error.detail) from error
    given = found if isinstance(found, Mapping) else {}
    if not given.get("client_id") or not given.get("client_secret"):
        message = format_lazy(_("{host} does not let apps register."), host=client.host)
        raise RejectedError(message, field="service_url")
    return Secrets({name: str(given[name]) for name in ("client_id", "client_secret")})


def sign_in_url(client: Client, app: Secrets, asked: Asked) -> str:
    """Where the person signs in and agrees. Servers without PKCE ignore the challenge."""
    query = {
        "response_type": "code",
        "client_id": app["client_id"],
        "redirect_uri": asked.redirect_uri,
        "scope": SCOPES,
        "state": asked.state,
        "code_challenge": asked.challenge,
        "code_challenge_method": "S256",
    }
    return f"{client.service_url}/oauth/authorize?{urlencode(query)}"


async def revoke(client: Client, given: Secrets) -> None:
    """Give a token back. One that a person made on the server is theirs: it stays."""
    if not given.get("client_id") or not given.get("access_token"):
        return
    form = {
        "client_id": given["client_id"],
        "client_secret": given.get("client_secret"),
        "token": given["access_token"],
    }
    await client.anonymous(Call("POST", "/oauth/revoke", form=form))


async def exchange(
    client: Client, app: Secrets, code: str, redirect_uri: str, verifier: str
) -> Secrets:
    """Credentials for a code. A code is good for one exchange and for some minutes."""
    form = {
        "grant_type": "authorization_code",
        "code": code.strip(),
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "redirect_uri": redirect_uri,
        "scope": SCOPES,
        "code_verifier": verifier,
    }
    try:
        found = await client.anonymous(Call("POST", "/oauth/token", form=form))
    except (RejectedError, AuthExpiredError) as error:
        message = _("The server did not accept the code. Begin once more.")
        raise RejectedError(message, field="code", detail=error.detail) from error
    return Secrets({**app.values, **credentials(found)})
