"""Where the hub lives: its own host name, and moving an account from one server to another."""

from __future__ import annotations

import re

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.accounts.signals import administered
from enishi.channels import vault
from enishi.channels.contract import Secrets
from enishi.channels.models import Channel, Credential
from enishi.hub import directory, moderation, provisioning
from enishi.hub.federation import hosts, shipping
from enishi.hub.models import Follow, Hub, HubActor, HubObject, RemoteActor
from enishi.hub.protocol import addresses, documents
from enishi.hub.protocol.addressing import PUBLIC
from enishi.hub.protocol.messages import host_of
from enishi.kernel.errors import ConflictError, InvalidInputError

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+(?::\d{1,5})?")
_MOST_ALIASES = 10


@transaction.atomic
def use_host(actor: Actor, *, host: str) -> HubActor:
    """Give the hub a host name of its own, or with an empty one that of the installation.

    Its account gets a new address, so that this is for a beginning: whoever follows already, and
    what was published, keeps the old one. Such an account moves instead (`move_away`).
    """
    hub = _hub(actor)
    name = _checked(hub, host)
    account = directory.organisation(hub)
    if name == hub.host:
        return account
    if hub.actors.count() > 1 or _is_in_use(account):
        raise ConflictError(
            _("Others know this account by its address already."),
            remedy=_("Make a new workspace for the host name, then let this account move there."),
        )
    hub.host = name
    hub.save(update_fields=["host"])
    _live_at(account, hub)
    _told(actor, "Update", name or hosts.site_host(), account)
    return account


def _checked(hub: Hub, host: str) -> str:
    text = host.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/")
    name = host_of(f"https://{text}") if text else ""
    if text and (not _HOST.fullmatch(name) or name != text):
        raise InvalidInputError(
            _("This is not the name of a host."),
            field="host",
            remedy=_("It looks like social.example.com."),
        )
    if name == hosts.site_host() or Hub.objects.filter(host=name).exclude(host="").exclude(
        id=hub.id
    ):
        raise InvalidInputError(_("This host name is used here already."), field="host")
    return name


def _is_in_use(account: HubActor) -> bool:
    said = HubObject.objects.filter(actor=account)
    return said.exists() or Follow.objects.filter(actor=account).exists()


def _live_at(account: HubActor, hub: Hub) -> None:
    """The account with all that follows from its address: id, keys, and its channel's name."""
    account.handle = provisioning.free_handle(account.handle, hub)
    account.base = hosts.base_of(hub)
    account.host = host_of(account.base)
    account.uri = addresses.actor_uri(account.base, account.id)
    account.save(update_fields=["handle", "base", "host", "uri"])
    account.keys.all().delete()
    Channel.objects.filter(hub_actor=account).update(
        remote_id=account.uri,
        handle=str(account).lstrip("@"),
        url=account.url,
        service_url=account.base,
    )
    Credential.objects.filter(channel__hub_actor=account).update(
        ciphertext=vault.encrypt(Secrets({"actor": account.uri})), version=F("version") + 1
    )


def add_alias(actor: Actor, *, address: str) -> HubActor:
    """Say that an account elsewhere was ours, so that it may move to our hub."""
    account = directory.organisation(_hub(actor))
    old = directory.find(address)
    if old.uri in account.also_known_as:
        return account
    if len(account.also_known_as) >= _MOST_ALIASES:
        raise ConflictError(_("There are ten such accounts already."))
    with transaction.atomic():
        account.also_known_as = [*account.also_known_as, old.uri]
        account.save(update_fields=["also_known_as"])
        moderation.announce(account)
        _told(actor, "Add", str(old), account)
    return account


def move_away(actor: Actor, *, address: str) -> HubActor:
    """Move to an account elsewhere: followers go along, and the old account says where it is.

    The new account must name ours as its alias first: else anybody could be sent followers.
    """
    account = directory.organisation(_hub(actor))
    new = directory.find(address, anew=True)
    if account.uri not in new.also_known_as:
        raise ConflictError(
            _("The new account does not say that this one is its own."),
            remedy=_("Add %s there as an alias, then try again.") % account,
        )
    with transaction.atomic():
        account.moved_to = new.uri
        account.save(update_fields=["moved_to"])
        moderation.announce(account)
        _ship_move(account, new)
        _told(actor, "Move", str(new), account)
    return account


def _ship_move(account: HubActor, new: RemoteActor) -> None:
    document = documents.activity(
        "Move",
        uri=shipping.new_uri(account),
        actor=account.uri,
        of=account.uri,
        target=new.uri,
        to=[account.followers_uri],
        cc=[PUBLIC],
    )
    shipping.ship(account, document, inboxes=shipping.inboxes_of_followers(account))


def _hub(actor: Actor) -> Hub:
    actor.require(Permission.CHANNELS_MANAGE)
    return directory.hub_of(actor)


def _told(actor: Actor, kind: str, name: str, about: HubActor) -> None:
    administered.send(Hub, actor=actor, type=kind, name=name, object_id=about.id)
