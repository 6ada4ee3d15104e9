"""Which hosts are ours, and the actor of the server itself."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction

from enishi.hub.federation import memory
from enishi.hub.models import Hub, HubActor
from enishi.hub.protocol import addresses
from enishi.hub.protocol.messages import host_of
from enishi.kernel.ids import new_id

SERVER_HANDLE = "enishi.server"


def site_base() -> str:
    """Scheme and host of the installation."""
    return str(settings.ENISHI_URL).rstrip("/")


def site_host() -> str:
    """The host of the installation, with its port when that is not the usual one."""
    return host_of(site_base())


def base_of(hub: Hub) -> str:
    """Scheme and host under which a hub's new documents lie."""
    if hub.host:
        return f"{urlsplit(site_base()).scheme}://{hub.host}"
    return site_base()


def is_ours(host: str) -> bool:
    """Whether a host is this installation or the own host of a hub."""
    host = host.lower()
    return host == site_host() or host in memory.own_hosts()


def server_actor() -> HubActor:
    """Who reads on behalf of the whole server: the one that signs fetches."""
    found = HubActor.objects.filter(hub=None, host=site_host(), handle=SERVER_HANDLE).first()
    if found is not None:
        return found
    base, identifier = site_base(), new_id()
    try:
        with transaction.atomic():
            return HubActor.objects.create(
                id=identifier,
                hub=None,
                type="Application",
                handle=SERVER_HANDLE,
                host=site_host(),
                base=base,
                uri=addresses.actor_uri(base, identifier),
                name="Enishi",
                locked=True,
                discoverable=False,
            )
    except IntegrityError:
        return HubActor.objects.get(hub=None, host=site_host(), handle=SERVER_HANDLE)
