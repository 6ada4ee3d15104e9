"""Who sent a request: its signature, checked against the keys of the actor it names."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from django.http import HttpRequest

from enishi.hub.federation import actors, hosts, memory
from enishi.hub.models import RemoteActor
from enishi.hub.protocol import signatures
from enishi.hub.protocol.errors import RefusedError, SignatureError
from enishi.hub.protocol.keys import read_public
from enishi.hub.protocol.messages import Message, host_of, same_host
from enishi.hub.protocol.signatures import Claim
from enishi.kernel import clock

_fetches = threading.BoundedSemaphore(2)
"""Strangers' keys are fetched while they wait; they must not hold all threads."""


class BusyError(RefusedError):
    """Too many strangers at a time: they may come again."""


def message_of(request: HttpRequest, body: bytes) -> Message:
    """The request as it was signed: with our public address, whatever proxy is before us."""
    scheme = hosts.site_base().partition("://")[0]
    headers = {name.lower(): value for name, value in request.headers.items()}
    host = headers.setdefault("host", request.get_host())
    url = f"{scheme}://{host}{request.get_full_path()}"
    if not hosts.is_ours(host_of(url)):
        raise SignatureError("host", f"{host[:100]} is not ours")
    return Message(request.method or "GET", url, headers, body)


def sender_of(
    message: Message, *, expected: str = "", claim: Claim | None = None
) -> tuple[RemoteActor, Claim]:
    """The actor who signed this. Raises SignatureError.

    1. The key must lie on the host of the actor whom the body names (`expected`).
    2. A key that we do not know is fetched; one that does not fit is fetched anew, once.
    3. The key must be one that this actor's own document lists.
    """
    claim = claim or signatures.read(message)
    owner = expected or claim.key_id.partition("#")[0]
    if not same_host(claim.key_id, owner):
        raise SignatureError("mismatch", "the key lies on another host than the actor")
    if hosts.is_ours(host_of(claim.key_id)):
        raise SignatureError("mismatch", "that would be us")
    actor = memory.senders.get(owner)
    if actor is None or claim.key_id not in actor.keys:
        actor = _fetched(actor, claim, owner, expected)
        _verify(message, claim, actor.keys)
        return actor, claim
    try:
        _verify(message, claim, actor.keys)
    except SignatureError as error:
        if error.reason != "signature":
            raise
        renewed = _guarded(lambda: actors.refresh_keys(actor))
        if renewed is None or renewed.keys.get(claim.key_id) == actor.keys.get(claim.key_id):
            raise
        _verify(message, claim, renewed.keys)
        return renewed, claim
    return actor, claim


def _fetched(actor: RemoteActor | None, claim: Claim, owner: str, expected: str) -> RemoteActor:
    if actor is None:
        found = _guarded(lambda: _stranger(owner, is_key=not expected))
    else:
        known = actor
        found = _guarded(lambda: actors.refresh_keys(known))
    if found is None or claim.key_id not in found.keys:
        raise SignatureError("key", f"{owner[:200]} does not list this key")
    return found


def _stranger(uri: str, *, is_key: bool) -> RemoteActor:
    """An actor we do not know; some servers give their keys documents of their own."""
    try:
        return actors.refresh(uri)
    except RefusedError as error:
        if not is_key or error.reason != "actor":
            raise
        raise SignatureError("key", "the key's owner is not known") from error


def _guarded(fetch: object) -> RemoteActor | None:
    if not _fetches.acquire(timeout=1):
        raise BusyError("busy")
    try:
        found = fetch()  # type: ignore[operator]
    except BusyError:
        raise
    except RefusedError as error:
        raise SignatureError("key", str(error)) from error
    finally:
        _fetches.release()
    return found if isinstance(found, RemoteActor) else None


def _verify(message: Message, claim: Claim, keys: Mapping[str, str]) -> None:
    signatures.verify(message, claim, read_public(keys[claim.key_id]), now=clock.now())
