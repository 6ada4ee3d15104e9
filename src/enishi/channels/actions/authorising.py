"""Connecting by OAuth: the person signs in on the network's own site.

1. `begin_sign_in` makes Enishi known to the server (once a while; the server may forget apps
   that nobody used) and says where to sign in. What only we may know, the verifier, and a hash
   of the state are kept in a row.
2. The site sends the person back with a code, or shows the code to be pasted.
3. `finish_sign_in` exchanges the code, verifies the account, and the row is gone: a code or a
   state that comes a second time finds nothing.
"""

from __future__ import annotations

import base64
import hashlib
import secrets as randomness
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from asgiref.sync import async_to_sync
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enishi.accounts.permissions import Actor, Permission
from enishi.channels import registry, service, vault
from enishi.channels.actions import connecting
from enishi.channels.actions.connecting import Verified
from enishi.channels.contract import Asked, Authorises, Secrets
from enishi.channels.errors import AdapterError
from enishi.channels.models import Authorisation, Channel, OAuthApp
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError, NotFoundError

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
"""The address that asks a server to show the code instead of sending it."""
LIFETIME = timedelta(minutes=15)
_APP_LIFETIME = timedelta(hours=12)
_STATE_BYTES = 32


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that waits for the person."""

    id: UUID
    adapter: str
    service_url: str
    url: str
    """Where the person signs in."""
    shows_code: bool
    channel_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An account that somebody signed in to; `channel_id` when it is a reconnection."""

    verified: Verified
    channel_id: UUID | None


def begin_sign_in(
    actor: Actor,
    *,
    adapter: str,
    service_url: str = "",
    redirect_uri: str = OUT_OF_BAND,
    channel_id: UUID | None = None,
) -> Begun:
    """Prepare a sign-in. Raises InvalidInputError when the server cannot be asked."""
    actor.require(Permission.CHANNELS_MANAGE)
    manifest = registry.get(adapter).manifest
    if not manifest.oauth:
        raise InvalidInputError(_("One does not sign in to this network."), field="adapter")
    address = connecting.server_address(manifest, _server(service_url))
    app = _app(adapter, address, redirect_uri)
    state, verifier = (randomness.token_urlsafe(_STATE_BYTES) for _number in range(2))
    asked = Asked(redirect_uri, state, _challenge(verifier))

    async def ask() -> str:
        async with service.open_trial(adapter, address, {}) as one:
            return _authorising(one).sign_in_url(vault.decrypt(bytes(app.ciphertext)), asked)

    url = async_to_sync(ask)()
    row = _keep(actor, app, state, {"verifier": verifier, "url": url}, channel_id)
    return _begun(row, url)


def waiting(actor: Actor, sign_in_id: UUID) -> Begun:
    """A sign-in of this person that is under way."""
    row = _find(actor, id=sign_in_id)
    return _begun(row, vault.decrypt(bytes(row.ciphertext)).get("url"))


def _begun(row: Authorisation, url: str) -> Begun:
    app = row.app
    shows = app.redirect_uri == OUT_OF_BAND
    return Begun(row.id, app.adapter, app.service_url, url, shows, row.channel_id)


def finish_sign_in(
    actor: Actor, *, code: str, state: str = "", sign_in_id: UUID | None = None
) -> SignedIn:
    """Exchange the code for credentials and verify the account. Nothing is saved yet."""
    actor.require(Permission.CHANNELS_MANAGE)
    found = {"id": sign_in_id} if sign_in_id else {"state": _hashed(state)}
    row = _find(actor, **found)
    if not code.strip():
        raise InvalidInputError(_("The code is missing."), field="code")
    if row.app.redirect_uri != OUT_OF_BAND and not state:
        raise InvalidInputError(_("This sign-in ends on the server's own page."), field="code")
    secrets = _exchanged(row, code)
    row.delete()
    verified = connecting.verify_secrets(row.app.adapter, row.app.service_url, secrets)
    return SignedIn(verified, row.channel_id)


def sign_in_channel(actor: Actor, *, sign_in_id: UUID, code: str) -> Channel:
    """Finish a sign-in with a pasted code and keep the account, all at once."""
    done = finish_sign_in(actor, code=code, sign_in_id=sign_in_id)
    return keep(actor, done)


def keep(actor: Actor, done: SignedIn) -> Channel:
    """Save a new account, or give the known channel its new credentials."""
    if done.channel_id is not None:
        return connecting.renew(actor, done.channel_id, done.verified)
    return connecting.save_account(actor, done.verified)


def give_up(actor: Actor, *, state: str) -> Begun | None:
    """The person declined on the server's page: forget the sign-in, and say which it was."""
    row = _rows(actor).filter(state=_hashed(state)).first()
    if row is None:
        return None
    begun = _begun(row, "")
    row.delete()
    return begun


def _server(typed: str) -> str:
    """The server in what people paste: its address, that of their profile, or their name."""
    text = typed.strip()
    if "://" not in text:
        return text.rpartition("@")[2].partition("/")[0]
    parts = urlsplit(text)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


# ── rows ──


def _rows(actor: Actor) -> Any:
    rows = Authorisation.objects.select_related("app")
    return rows.filter(workspace_id=actor.workspace_id, user_id=_person(actor))


def _person(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise InvalidInputError(_("Only a person can sign in."))
    return actor.user_id


def _find(actor: Actor, **which: object) -> Authorisation:
    """Only the person who began may go on, and not for long."""
    since = clock.now() - LIFETIME
    row: Authorisation | None = _rows(actor).filter(created_at__gte=since, **which).first()
    if row is None:
        raise NotFoundError(
            _("This sign-in is over or was never begun."), remedy=_("Begin once more.")
        )
    return row


@transaction.atomic
def _keep(
    actor: Actor, app: OAuthApp, state: str, private: dict[str, str], channel_id: UUID | None
) -> Authorisation:
    now = clock.now()
    Authorisation.objects.filter(created_at__lt=now - LIFETIME).delete()
    sealed = Secrets({**vault.decrypt(bytes(app.ciphertext)).values, **private})
    return Authorisation.objects.create(
        workspace_id=actor.workspace_id,
        user_id=_person(actor),
        app=app,
        channel_id=channel_id,
        state=_hashed(state),
        ciphertext=vault.encrypt(sealed),
        created_at=now,
    )


def _hashed(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


# ── the server ──


def _app(adapter: str, address: str, redirect_uri: str) -> OAuthApp:
    """Enishi as an app of this server, registered anew when that was some time ago."""
    key: dict[str, Any] = {
        "adapter": adapter,
        "service_url": address,
        "redirect_uri": redirect_uri,
    }
    known = OAuthApp.objects.filter(**key).first()
    if known is not None and clock.now() - known.created_at < _APP_LIFETIME:
        return known

    async def register() -> Secrets:
        async with service.open_trial(adapter, address, {}) as one:
            return await _authorising(one).register(redirect_uri)

    manifest = registry.get(adapter).manifest
    try:
        secrets = async_to_sync(register)()
    except AdapterError as error:
        raise connecting.explained(manifest, error) from error
    made, _new = OAuthApp.objects.update_or_create(
        **key, defaults={"ciphertext": vault.encrypt(secrets), "created_at": clock.now()}
    )
    return made


def _exchanged(row: Authorisation, code: str) -> Secrets:
    kept = vault.decrypt(bytes(row.ciphertext))
    private = {"verifier", "url"}
    app = Secrets({name: text for name, text in kept.values.items() if name not in private})

    async def ask() -> Secrets:
        async with service.open_trial(row.app.adapter, row.app.service_url, {}) as one:
            return await _authorising(one).exchange(
                app, code.strip(), row.app.redirect_uri, kept["verifier"]
            )

    try:
        return async_to_sync(ask)()
    except AdapterError as error:
        raise connecting.explained(registry.get(row.app.adapter).manifest, error) from error


def _authorising(adapter: object) -> Authorises:
    if not isinstance(adapter, Authorises):
        raise InvalidInputError(_("One does not sign in to this network."), field="adapter")
    return adapter
