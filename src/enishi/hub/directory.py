"""Finding what actions and pages speak of: the hub, its accounts, people elsewhere, what waits."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor
from enishi.hub.composing import find_account
from enishi.hub.federation import actors, hosts, ourselves, saying, ties
from enishi.hub.federation.arriving import Arrival
from enishi.hub.federation.lookups import Lookups
from enishi.hub.models import Hub, HubActor, Inbound, InboundState, RemoteActor
from enishi.hub.protocol.addressing import recipients
from enishi.hub.protocol.errors import RefusedError
from enishi.kernel.errors import EnishiError, InvalidInputError, NotFoundError
from enishi.vocab import Node

_MOST_HELD = 500


def hub_of(actor: Actor) -> Hub:
    """The hub of the actor's workspace."""
    found = Hub.objects.select_related("workspace").filter(workspace_id=actor.workspace_id).first()
    if found is None:
        raise NotFoundError(_("This workspace has no hub."))
    return found


def organisation(hub: Hub) -> HubActor:
    """The account that a hub began with."""
    rows = hub.actors.select_related("hub__workspace", "channel").order_by("created_at", "id")
    found = rows.first()
    if found is None:
        raise NotFoundError(_("This hub has no account."))
    return found


def find(address: str, *, anew: bool = False) -> RemoteActor:
    """Somebody by @name@host or web address, asked for at their server when unknown to us.

    `anew` asks there in any case.
    """
    text = address.strip()
    try:
        found = _by_uri(text) if text.startswith(("https://", "http://")) else _by_name(text)
        if anew and found is not None and not hosts.is_ours(found.host):
            found = actors.refresh(found.uri)
    except RefusedError as error:
        raise not_found(error, "address") from error
    if found is None or found.gone_at:
        raise NotFoundError(
            _("This account cannot be found."),
            field="address",
            remedy=_("Check how it is written, and whether its server can be reached."),
        )
    return found


def _by_uri(uri: str) -> RemoteActor:
    known = RemoteActor.objects.filter(url=uri).first()
    ours = ties.our_actor(uri)
    if ours is not None:
        return ourselves.as_remote(ours)
    return actors.resolve(known.uri if known else uri)


def _by_name(text: str) -> RemoteActor | None:
    name, _at, host = text.lstrip("@").rpartition("@")
    if not name or not host or "/" in text or " " in text:
        raise InvalidInputError(
            _("This is not the address of an account."),
            field="address",
            remedy=_("It looks like @name@example.com."),
        )
    if hosts.is_ours(host):
        ours = HubActor.objects.filter(host=host.lower(), handle=name.lower(), hub__isnull=False)
        first = ours.first()
        return ourselves.as_remote(first) if first else None
    return find_account(name, host.lower())


def not_found(error: RefusedError, field: str) -> EnishiError:
    """Why something of another server cannot be had, for people."""
    if error.reason == "private":
        return InvalidInputError(_("This post is not for everybody."), field=field)
    return NotFoundError(
        _("The other server does not give it (%s).") % error.reason,
        field=field,
        remedy=_("Try again later, or look whether it is still there."),
    )


def account_of(actor: Actor, channel_id: UUID) -> HubActor:
    """The account of a hub's channel."""
    rows = hub_of(actor).actors.select_related("hub__workspace", "channel")
    found = rows.filter(channel_id=channel_id).first()
    if found is None:
        raise NotFoundError(_("There is no such account."), field="channel_id")
    return found


# ── quarantine ──


def held(hub: Hub, identifier: int) -> Inbound:
    """Something that waits for this hub's moderators."""
    rows = Inbound.objects.select_related("remote")
    row = rows.filter(id=identifier, state=InboundState.QUARANTINED).first()
    if row is None or not _concerns(row, hub, Lookups([_arrival(row)])):
        raise NotFoundError(_("This does not wait any more."), field="waiting")
    return row


def all_held(hub: Hub) -> list[Inbound]:
    """Everything that waits for this hub's moderators, the oldest first."""
    rows = Inbound.objects.filter(state=InboundState.QUARANTINED).prefetch_related("remote")
    found = list(rows.order_by("id")[:_MOST_HELD])
    known = Lookups([_arrival(row) for row in found])
    return [row for row in found if _concerns(row, hub, known)]


def words_of(row: Inbound) -> Node | None:
    """What is said in something that waits, where it was sent along."""
    return Node.trusted(row.document).node("object")


def _arrival(row: Inbound) -> Arrival:
    return Arrival(row, Node.trusted(row.document), row.remote)


def _concerns(row: Inbound, hub: Hub, known: Lookups) -> bool:
    thing = words_of(row)
    if thing is None:
        named = recipients(Node.trusted(row.document))
        return HubActor.objects.filter(hub=hub, uri__in=named).exists()
    return any(one.hub_id == hub.id for one, _why in saying.concerned(thing, row.remote, known))
