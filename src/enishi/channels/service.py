"""How the rest of Enishi comes to a working adapter."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from enishi.channels import registry, vault
from enishi.channels.contract import Adapter, Connection, SaveSecrets, Secrets
from enishi.channels.errors import AuthExpiredError
from enishi.channels.http import Http
from enishi.channels.models import Channel, Credential


def load_secrets(channel_id: UUID) -> Secrets:
    """The channel's credentials in clear; a channel without any must be reconnected."""
    credential = Credential.objects.filter(channel_id=channel_id).first()
    if credential is None:
        raise AuthExpiredError(_("This channel has no credentials."))
    return vault.decrypt(bytes(credential.ciphertext))


def store_secrets(channel_id: UUID, secrets: Secrets) -> None:
    """Encrypt and keep the channel's credentials, in place of any before."""
    Credential.objects.update_or_create(
        channel_id=channel_id, defaults={"ciphertext": vault.encrypt(secrets)}
    )


def _keeper(channel_id: UUID) -> SaveSecrets:
    async def save(secrets: Secrets) -> None:
        await sync_to_async(store_secrets)(channel_id, secrets)

    return save


@asynccontextmanager
async def open_adapter(channel: Channel) -> AsyncIterator[Adapter]:
    """A working adapter for a connected channel; new credentials are kept as they come.

    Raises AuthExpiredError when the channel has no credentials (any more).
    """
    secrets = await sync_to_async(load_secrets)(channel.id)
    async with Http(allowed_networks=settings.ENISHI_ALLOWED_NETWORKS) as http:
        connection = Connection(
            service_url=channel.service_url,
            remote_id=channel.remote_id,
            handle=channel.handle,
            secrets=secrets,
            http=http,
            save_secrets=_keeper(channel.id),
        )
        yield registry.get(channel.adapter).open(connection)


@asynccontextmanager
async def open_trial(
    adapter: str, service_url: str, fields: Mapping[str, str]
) -> AsyncIterator[Adapter]:
    """An adapter over credentials that were just typed and are not stored anywhere."""

    async def forget(secrets: Secrets) -> None:
        """Nothing is saved before the account is verified."""

    async with Http(allowed_networks=settings.ENISHI_ALLOWED_NETWORKS) as http:
        connection = Connection(
            service_url=service_url,
            remote_id="",
            handle="",
            secrets=Secrets(dict(fields)),
            http=http,
            save_secrets=forget,
        )
        yield registry.get(adapter).open(connection)
