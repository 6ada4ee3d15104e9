"""Pausing, resuming, reading now, disconnecting; and new keys for the vault."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enishi.accounts.permissions import Actor, Permission
from enishi.channels import events, health, signals, vault
from enishi.channels.actions import finding
from enishi.channels.core.lifecycle import READABLE, ChannelState
from enishi.channels.models import Authorisation, Channel, Credential, OAuthApp
from enishi.channels.revoking import revoke_later
from enishi.channels.tasks import request_sync
from enishi.kernel.errors import ConflictError, NotFoundError


@transaction.atomic
def pause_channel(actor: Actor, channel_id: UUID) -> Channel:
    """Stop reading and publishing on a channel until somebody resumes it."""
    channel = finding.managed(actor, channel_id)
    if health.change_state(channel.id, ChannelState.PAUSED):
        events.record(actor, "Update", channel, "paused")
    channel.refresh_from_db()
    return channel


@transaction.atomic
def resume_channel(actor: Actor, channel_id: UUID) -> Channel:
    """Let a paused channel go on; it is read at once."""
    channel = finding.managed(actor, channel_id)
    if channel.state != ChannelState.PAUSED:
        raise ConflictError(_("Only a paused channel can be resumed."))
    health.change_state(channel.id, finding.working_state(channel))
    events.record(actor, "Update", channel, "resumed")
    request_sync(channel)
    channel.refresh_from_db()
    return channel


@transaction.atomic
def disconnect_channel(actor: Actor, channel_id: UUID) -> Channel:
    """Forget the credentials and archive the channel; its posts and its log stay.

    The network is told, where it can be, that the access is no longer used.
    """
    channel = finding.managed(actor, channel_id)
    revoke_later(channel)
    Credential.objects.filter(channel=channel).delete()
    Channel.objects.filter(id=channel.id).update(
        next_read_at=None, last_error="", last_error_at=None
    )
    health.change_state(channel.id, ChannelState.ARCHIVED)
    events.record(actor, "Remove", channel)
    channel.refresh_from_db()
    signals.channel_disconnected.send(Channel, channel=channel)
    return channel


@transaction.atomic
def read_now(actor: Actor, channel_id: UUID) -> Channel:
    """Have a channel read without waiting for its turn."""
    actor.require(Permission.CHANNELS_VIEW)
    rows = Channel.objects.filter(workspace_id=actor.workspace_id, id=channel_id)
    channel = rows.first()
    if channel is None:
        raise NotFoundError(_("There is no such channel."))
    if channel.state not in READABLE:
        raise ConflictError(
            _("This channel is not read at present."),
            remedy=_("Resume or reconnect it first."),
        )
    request_sync(channel)
    return channel


@transaction.atomic
def rotate_keys() -> int:
    """Encrypt every credential anew with a fresh key (or the first of the environment).

    Run by the operator, who owns the data folder; returns how many were rewritten. The old
    key stays in the file until all are rewritten, so that a crash loses nothing.
    """
    vault.add_key()
    rows = list(Credential.objects.select_for_update())
    for credential in rows:
        credential.ciphertext = vault.rotate(bytes(credential.ciphertext))
        credential.save(update_fields=["ciphertext", "updated_at"])
    for app in OAuthApp.objects.select_for_update():
        app.ciphertext = vault.rotate(bytes(app.ciphertext))
        app.save(update_fields=["ciphertext"])
    Authorisation.objects.all().delete()  # they live for minutes: whoever was at it begins anew
    transaction.on_commit(vault.drop_old_keys)
    return len(rows)
