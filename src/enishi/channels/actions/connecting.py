"""Connecting an account: nothing is written before the network has said yes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from asgiref.sync import async_to_sync
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enishi.accounts.permissions import Actor, Permission
from enishi.channels import events, health, registry, service
from enishi.channels.actions import finding
from enishi.channels.contract import Account, Secrets
from enishi.channels.core.lifecycle import ChannelState
from enishi.channels.errors import (
    AdapterError,
    AuthExpiredError,
    RateLimitedError,
    RejectedError,
)
from enishi.channels.manifest import AuthField, Manifest
from enishi.channels.models import Channel
from enishi.channels.tasks import request_sync
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, EnishiError, InvalidInputError, NotFoundError


@dataclass(frozen=True, slots=True)
class Verified:
    """An account that proved itself, not stored yet. Its secrets are never printed."""

    adapter: str
    service_url: str
    account: Account
    secrets: Secrets


def verify_account(
    actor: Actor, *, adapter: str, service_url: str = "", fields: Mapping[str, str]
) -> Verified:
    """Ask the network whether the credentials work. Writes nothing.

    Raises InvalidInputError, in plain words and naming the field, when they do not.
    """
    actor.require(Permission.CHANNELS_MANAGE)
    manifest = registry.get(adapter).manifest
    given = _checked_fields(manifest, fields)
    address = server_address(manifest, service_url)
    account = _verified(manifest, address, given)
    return Verified(
        adapter=adapter,
        service_url=(account.service_url or address).rstrip("/"),
        account=account,
        secrets=account.secrets or Secrets(given),
    )


def verify_secrets(adapter: str, service_url: str, secrets: Secrets) -> Verified:
    """Ask who the account is that these credentials open."""
    manifest = registry.get(adapter).manifest
    account = _verified(manifest, service_url, secrets.values)
    return Verified(
        adapter=adapter,
        service_url=(account.service_url or service_url).rstrip("/"),
        account=account,
        secrets=account.secrets or secrets,
    )


@transaction.atomic
def save_account(actor: Actor, verified: Verified) -> Channel:
    """Keep a verified account as a channel of the actor's workspace.

    1. The same account twice is refused; one that was disconnected comes back with its past.
    2. Whoever connects is its owner.
    3. It is read at once.
    """
    actor.require(Permission.CHANNELS_MANAGE)
    channel = _existing(actor, verified) or Channel(
        workspace_id=actor.workspace_id,
        adapter=verified.adapter,
        service_url=verified.service_url,
        remote_id=verified.account.remote_id,
        state=ChannelState.DRAFT,
    )
    _describe(channel, verified.account)
    channel.connected_at = clock.now()
    channel.next_read_at = None
    if channel.owner_id is None:
        channel.owner_id = actor.user_id
    channel.save()
    service.store_secrets(channel.id, verified.secrets)
    events.record(actor, "Add", channel)
    health.change_state(channel.id, finding.working_state(channel))
    request_sync(channel)
    channel.refresh_from_db()
    return channel


def connect_channel(
    actor: Actor, *, adapter: str, service_url: str = "", fields: Mapping[str, str]
) -> Channel:
    """Verify an account with its network and keep it. Nothing is half-written."""
    verified = verify_account(actor, adapter=adapter, service_url=service_url, fields=fields)
    return save_account(actor, verified)


def reconnect_channel(
    actor: Actor, channel_id: UUID, *, fields: Mapping[str, str], service_url: str = ""
) -> Channel:
    """Give a channel new credentials for the same account; what waited goes on."""
    actor.require(Permission.CHANNELS_MANAGE)
    known = Channel.objects.filter(workspace_id=actor.workspace_id, id=channel_id).first()
    if known is None:
        raise NotFoundError(_("There is no such channel."))
    verified = verify_account(
        actor,
        adapter=known.adapter,
        service_url=service_url or known.service_url,
        fields=fields,
    )
    return renew(actor, channel_id, verified)


@transaction.atomic
def renew(actor: Actor, channel_id: UUID, verified: Verified) -> Channel:
    """Keep verified credentials for a channel that is there already."""
    channel = finding.managed(actor, channel_id, connected=False)
    if verified.account.remote_id != channel.remote_id:
        raise InvalidInputError(
            _("These credentials open another account: %(handle)s.")
            % {"handle": verified.account.handle},
            remedy=_("Sign in as %(handle)s, or connect the other account as a new channel.")
            % {"handle": channel.handle},
        )
    _describe(channel, verified.account)
    channel.connected_at, channel.next_read_at = clock.now(), None
    channel.last_error, channel.last_error_at = "", None
    channel.save()
    channel.readings.update(failures=0, problem="", failed_at=None)
    service.store_secrets(channel.id, verified.secrets)
    events.record(actor, "Update", channel, "credentials renewed")
    health.change_state(channel.id, finding.working_state(channel))
    request_sync(channel)
    channel.refresh_from_db()
    return channel


# ── checks ──


def _checked_fields(manifest: Manifest, fields: Mapping[str, str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for field in manifest.fields:
        value = _cleaned(field, fields.get(field.name, ""))
        if field.required and not value:
            raise InvalidInputError(
                _("“%(field)s” is needed.") % {"field": field.label},
                field=field.name,
                remedy=field.help or "",
            )
        given[field.name] = value
    return given


def _cleaned(field: AuthField, value: str) -> str:
    """Passwords are taken as they are typed, but for the spaces that copying brings."""
    return value.strip() or field.default


def server_address(manifest: Manifest, service_url: str) -> str:
    """The address of a server as typed, with the scheme that people leave out."""
    address = service_url.strip() or manifest.default_service
    if address and "://" not in address:
        address = f"https://{address}"
    return address.rstrip("/")


def _verified(manifest: Manifest, address: str, given: Mapping[str, str]) -> Account:
    async def ask() -> Account:
        async with service.open_trial(manifest.id, address, given) as adapter:
            return await adapter.verify()

    try:
        return async_to_sync(ask)()
    except AdapterError as error:
        raise explained(manifest, error) from error


def explained(manifest: Manifest, error: AdapterError) -> EnishiError:
    """What a refusal means for the person at the form."""
    if isinstance(error, AuthExpiredError):
        secret = next((field.name for field in manifest.fields if field.secret), "")
        return InvalidInputError(
            error.message or _("The network does not accept these credentials."),
            field=secret,
            remedy=_("Check what you typed; nothing was saved."),
        )
    if isinstance(error, RejectedError):
        return InvalidInputError(
            error.message or _("The network refused."),
            field=error.field,
            remedy=_("Nothing was saved."),
        )
    if isinstance(error, RateLimitedError):
        return InvalidInputError(
            error.message or _("The network asks us to slow down."),
            remedy=_("Wait a few minutes and try again; nothing was saved."),
        )
    return InvalidInputError(
        error.message or _("The network does not answer."),
        field="service_url" if manifest.default_service else "",
        remedy=_("Check the address, or try again later; nothing was saved."),
    )


def _existing(actor: Actor, verified: Verified) -> Channel | None:
    channel = (
        Channel.objects.select_for_update()
        .filter(
            workspace_id=actor.workspace_id,
            adapter=verified.adapter,
            service_url=verified.service_url,
            remote_id=verified.account.remote_id,
        )
        .first()
    )
    if channel is not None and channel.state != ChannelState.ARCHIVED:
        raise ConflictError(
            _("%(handle)s is connected already.") % {"handle": verified.account.handle},
            remedy=_("Open the channel and choose Reconnect to change its credentials."),
        )
    return channel


def _describe(channel: Channel, account: Account) -> None:
    """What the network says of the account; too long is cut, never refused."""
    channel.name = (account.name or account.handle)[:200]
    channel.handle = account.handle[:255]
    channel.url = account.url[:1000]
    channel.avatar_url = account.avatar_url[:1000]
    channel.description = account.description
    if account.learnt is not None:
        channel.learnt = dict(account.learnt)
