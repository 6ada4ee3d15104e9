"""Giving workspaces their hub, and hubs their accounts."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from enishi.accounts.models import Membership, Workspace
from enishi.accounts.permissions import Actor, Role, Via
from enishi.channels import actions as channels
from enishi.channels.contract import Secrets
from enishi.channels.models import Channel
from enishi.hub.federation import hosts
from enishi.hub.models import Hub, HubActor
from enishi.hub.network import HubNetwork
from enishi.hub.protocol import addresses
from enishi.hub.protocol.messages import host_of
from enishi.kernel.errors import InvalidInputError
from enishi.kernel.ids import new_id

ADAPTER = "hub"
_RESERVED = frozenset({"admin", "root", "enishi.server", "support", "api", "www"})


@transaction.atomic
def found(workspace: Workspace, *, user_id: UUID) -> Hub:
    """A workspace's hub with the account of its organisation and the channel to it."""
    hub, is_new = Hub.objects.get_or_create(workspace=workspace)
    if is_new:
        handle = free_handle(addresses.handle_from(workspace.slug) or "hub", hub)
        actor = open_account(hub, handle=handle, name=workspace.name)
        connect(actor, user_id=user_id)
    return hub


def found_missing() -> int:
    """Hubs for all workspaces that have none; returns how many."""
    missing = Workspace.objects.filter(hub=None)
    count = 0
    for workspace in missing:
        owners = Membership.objects.filter(workspace=workspace, role=Role.OWNER)
        owner = owners.order_by("created_at").first()
        if owner is not None:
            found(workspace, user_id=owner.user_id)
            count += 1
    return count


def open_account(
    hub: Hub, *, handle: str, name: str, kind: str = "Organization", user_id: UUID | None = None
) -> HubActor:
    """A further account of a hub. Raises InvalidInputError for a handle that cannot be had."""
    handle = handle.strip().lstrip("@").lower()
    if not addresses.HANDLE.fullmatch(handle) or handle in _RESERVED or len(handle) > 30:  # noqa: PLR2004
        raise InvalidInputError(
            _("A handle has up to 30 letters a–z, digits or underscores."), field="handle"
        )
    base = hosts.base_of(hub)
    host = host_of(base)
    if HubActor.objects.filter(host=host, handle=handle).exists():
        raise InvalidInputError(_("This handle is taken."), field="handle")
    identifier = new_id()
    return HubActor.objects.create(
        id=identifier,
        hub=hub,
        user_id=user_id,
        type=kind,
        handle=handle,
        host=host,
        base=base,
        uri=addresses.actor_uri(base, identifier),
        name=name[:200],
    )


def connect(actor: HubActor, *, user_id: UUID) -> Channel:
    """Make an account a channel of its workspace, ready to publish."""
    hub = actor.hub
    if hub is None:
        raise InvalidInputError(_("The server's own account is no channel."))
    by = Actor(hub.workspace_id, Role.OWNER, Via.SYSTEM, user_id, "")
    account = HubNetwork().account(actor.uri)
    verified = channels.Verified(
        adapter=ADAPTER,
        service_url=account.service_url,
        account=account,
        secrets=Secrets({"actor": actor.uri}),
    )
    with translation.override(hub.workspace.language):
        channel = channels.save_account(by, verified)
        reason = _("The hub comes with the workspace.")
        channel = channels.activate(by, channel.id, channels.Plan(waive_rest=reason))
    HubActor.objects.filter(id=actor.id).update(channel=channel)
    actor.channel = channel
    return channel


def free_handle(wish: str, hub: Hub) -> str:
    """The handle, or the same with the first number that nobody has."""
    host = host_of(hosts.base_of(hub))
    taken = (
        set(
            HubActor.objects.filter(host=host, handle__startswith=wish).values_list(
                "handle", flat=True
            )
        )
        | _RESERVED
    )
    number, handle = 1, wish
    while handle in taken:
        number += 1
        handle = f"{wish}{number}"
    return handle
