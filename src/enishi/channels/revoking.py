"""Giving back the access to an account that was disconnected, where its network can be told.

Best effort: the credentials are forgotten at once whatever the network says. Until the task
is done it holds them, encrypted as they were.
"""

from __future__ import annotations

import base64
import logging
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async

from enishi.channels import service, vault
from enishi.channels.contract import Revokes, Secrets
from enishi.channels.errors import AdapterError, TransientError
from enishi.channels.models import Channel, Credential
from enishi.jobs import actions as jobs
from enishi.jobs.models import Task
from enishi.jobs.registry import task
from enishi.kernel.errors import EnishiError

logger = logging.getLogger(__name__)
REVOKE = "channels.revoke"


def revoke_later(channel: Channel) -> None:
    """Have the network told that the channel's credentials are no longer used."""
    credential = Credential.objects.filter(channel=channel).first()
    if credential is None or not isinstance(service.resting(channel), Revokes):
        return
    given = base64.b64encode(bytes(credential.ciphertext)).decode()
    jobs.enqueue(
        REVOKE,
        {"channel_id": str(channel.id), "credentials": given},
        workspace_id=channel.workspace_id,
    )


@task(REVOKE, attempts=5)
async def revoke(payload: dict[str, Any]) -> None:
    """Tell the network. Tried again only while it cannot be reached."""
    try:
        secrets = vault.decrypt(base64.b64decode(payload["credentials"]))
        channel = await sync_to_async(_channel)(UUID(payload["channel_id"]))
        if channel is not None:
            await _revoked(channel, secrets)
    except TransientError:
        raise
    except (AdapterError, EnishiError) as error:
        logger.info("channel.not_revoked", extra={"reason": type(error).__name__})
    await sync_to_async(_forget)(payload)


async def _revoked(channel: Channel, secrets: Secrets) -> None:
    async with service.open_adapter(channel, secrets=secrets) as adapter:
        if isinstance(adapter, Revokes):
            await adapter.revoke()


def _forget(payload: dict[str, Any]) -> None:
    """A task that is done is kept for a while: without the credentials."""
    rows = Task.objects.filter(name=REVOKE, payload__credentials=payload["credentials"])
    rows.update(payload={"channel_id": payload["channel_id"]})


def _channel(channel_id: UUID) -> Channel | None:
    return Channel.objects.filter(id=channel_id).first()
