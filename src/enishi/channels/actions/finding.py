"""What every action begins with: the channel, if the actor may touch it."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from enishi.accounts.permissions import Actor, Permission
from enishi.channels import registry
from enishi.channels.contract import Capability
from enishi.channels.core.lifecycle import ChannelState, Item, ItemState, settled_state, with_facts
from enishi.channels.models import Channel
from enishi.kernel.errors import ConflictError, NotFoundError


def managed(actor: Actor, channel_id: UUID, *, connected: bool = True) -> Channel:
    """The channel, locked for a change; archived ones only when asked for."""
    actor.require(Permission.CHANNELS_MANAGE)
    rows = Channel.objects.select_for_update().filter(workspace_id=actor.workspace_id)
    channel = rows.filter(id=channel_id).first()
    if channel is None:
        raise NotFoundError(_("There is no such channel."))
    if connected and channel.state == ChannelState.ARCHIVED:
        raise ConflictError(
            _("This channel is disconnected."), remedy=_("Connect the account again first.")
        )
    return channel


def publishes(channel: Channel) -> bool:
    """Whether the channel can send posts at all."""
    return registry.get(channel.adapter).manifest.supports(Capability.PUBLISH)


def items_of(channel: Channel) -> dict[Item, ItemState]:
    """How the activation list stands, facts included."""
    told = {Item(row.item): ItemState(row.state) for row in channel.activation.all()}
    return with_facts(
        told,
        has_owner=channel.owner_id is not None,
        has_cadence=channel.posts_per_week is not None,
    )


def working_state(channel: Channel) -> ChannelState:
    """Where the channel stands when nothing is wrong with it: draft or active."""
    return settled_state(publishes=publishes(channel), items=items_of(channel))
