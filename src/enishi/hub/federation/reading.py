"""Who may read what: signed requests, blocked servers, things that are not for everybody."""

from __future__ import annotations

from django.http import HttpRequest

from enishi.hub.federation import rules, shipping, verifying
from enishi.hub.models import Hub, HubObject, RemoteActor
from enishi.hub.protocol.addressing import OPEN
from enishi.hub.protocol.errors import RefusedError, SignatureError


def reader(request: HttpRequest, hub: Hub | None) -> RemoteActor | None:
    """Who asks, if the request is signed. Raises SignatureError when it must be and is not.

    A signature that does not fit is an error only where one is asked for: everybody may read
    what is public.
    """
    needed = hub is not None and hub.signed_reads
    if "Signature" not in request.headers:
        if needed:
            raise SignatureError("unsigned")
        return None
    try:
        remote, _claim = verifying.sender_of(verifying.message_of(request, b""))
    except RefusedError:
        if needed:
            raise
        return None
    if rules.is_blocked(hub, host=remote.host, actor=remote.uri):
        raise RefusedError("blocked", remote.host)
    return remote


def may_read(thing: HubObject, remote: RemoteActor | None) -> bool:
    """Whether an object is shown to somebody."""
    if thing.visibility in {one.value for one in OPEN}:
        return True
    if remote is None:
        return False
    if remote.uri in {*thing.to, *thing.cc}:
        return True
    return thing.visibility == "followers" and shipping.is_follower(thing.actor, remote.id)
