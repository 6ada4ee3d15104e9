"""How the rest of Enishi comes to a working adapter."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, nullcontext, suppress
from functools import lru_cache
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from enishi.channels import registry, tokens, vault
from enishi.channels.contract import Adapter, Connection, SaveLearnt, SaveSecrets, Secrets
from enishi.channels.errors import AuthExpiredError
from enishi.channels.http import Http
from enishi.channels.models import Channel, Credential
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError


def load_secrets(channel_id: UUID) -> Secrets:
    """The channel's credentials in clear; a channel without any must be reconnected."""
    credential = Credential.objects.filter(channel_id=channel_id).first()
    if credential is None:
        raise AuthExpiredError(_("This channel has no credentials."))
    return vault.decrypt(bytes(credential.ciphertext))


def load_many(channel_ids: Iterable[UUID]) -> dict[UUID, Secrets]:
    """Credentials of many channels in one query; those that cannot be had are left out."""
    found: dict[UUID, Secrets] = {}
    rows = Credential.objects.filter(channel_id__in=list(channel_ids))
    for channel_id, ciphertext in rows.values_list("channel_id", "ciphertext"):
        with suppress(ConflictError):
            found[channel_id] = vault.decrypt(bytes(ciphertext))
    return found


def store_secrets(channel_id: UUID, secrets: Secrets) -> None:
    """Encrypt and keep the channel's credentials, in place of any before."""
    fresh = {"ciphertext": vault.encrypt(secrets), "renewing_until": None}
    changed = Credential.objects.filter(channel_id=channel_id).update(
        **fresh, version=F("version") + 1, updated_at=clock.now()
    )
    if not changed:
        Credential.objects.update_or_create(channel_id=channel_id, defaults=fresh)


def _keeper(channel_id: UUID) -> SaveSecrets:
    async def save(secrets: Secrets) -> None:
        await sync_to_async(store_secrets)(channel_id, secrets)

    return save


def _noter(channel: Channel) -> SaveLearnt:
    async def note(learnt: Mapping[str, Any]) -> None:
        channel.learnt = dict(learnt)
        await Channel.objects.filter(id=channel.id).aupdate(learnt=channel.learnt)

    return note


@asynccontextmanager
async def open_adapter(
    channel: Channel, *, secrets: Secrets | None = None, http: Http | None = None
) -> AsyncIterator[Adapter]:
    """A working adapter for a connected channel; new credentials are kept as they come.

    Whoever opens many at a time may give the `secrets` that it has just loaded, and an
    `http` whose connections are used again. Raises AuthExpiredError when the channel has no
    credentials (any more).
    """
    if secrets is None:
        secrets = await sync_to_async(load_secrets)(channel.id)
    async with nullcontext(http) if http else new_http() as client:
        yield adapter_for(channel, secrets, client)


def adapter_for(channel: Channel, secrets: Secrets, http: Http) -> Adapter:
    """A working adapter, with credentials that were loaded and a client that is open."""
    connection = Connection(
        service_url=channel.service_url,
        remote_id=channel.remote_id,
        handle=channel.handle,
        secrets=secrets,
        http=http,
        save_secrets=_keeper(channel.id),
        renew=tokens.renewer(channel.id),
        learnt=channel.learnt,
        save_learnt=_noter(channel),
    )
    return registry.get(channel.adapter).open(connection)


def new_http() -> Http:
    """An HTTP client with the operator's rules."""
    return Http(allowed_networks=settings.ENISHI_ALLOWED_NETWORKS)


@lru_cache(maxsize=1)
def _unused_http() -> Http:
    return Http()


async def _keep_nothing(secrets: Secrets) -> None:
    """Whoever only counts and judges has no credentials to keep."""


def resting(channel: Channel) -> Adapter:
    """An adapter without credentials, for what it can tell without asking anybody."""
    return registry.get(channel.adapter).open(
        Connection(
            service_url=channel.service_url,
            remote_id=channel.remote_id,
            handle=channel.handle,
            secrets=Secrets({}),
            http=_unused_http(),
            save_secrets=_keep_nothing,
            learnt=channel.learnt,
        )
    )


@asynccontextmanager
async def open_trial(
    adapter: str, service_url: str, fields: Mapping[str, str]
) -> AsyncIterator[Adapter]:
    """An adapter over credentials that were just typed and are not stored anywhere."""

    async def forget(secrets: Secrets) -> None:
        """Nothing is saved before the account is verified."""

    async with new_http() as http:
        connection = Connection(
            service_url=service_url,
            remote_id="",
            handle="",
            secrets=Secrets(dict(fields)),
            http=http,
            save_secrets=forget,
        )
        yield registry.get(adapter).open(connection)
