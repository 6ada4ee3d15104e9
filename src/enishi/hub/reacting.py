"""Likes, reshares and emoji of ours: for what somebody else said, and taken back."""

from __future__ import annotations

from django.db import transaction

from enishi.hub import things
from enishi.hub.federation import notes, shipping
from enishi.hub.models import HubActor, RemoteActor, Shipment
from enishi.hub.protocol import documents
from enishi.hub.protocol.addressing import PUBLIC
from enishi.hub.protocol.errors import RefusedError
from enishi.kernel import clock

LIKE, SHARE, EMOJI = "Like", "Announce", "EmojiReact"


def react(account: HubActor, uri: str, kind: str, content: str = "") -> Shipment:
    """Like or reshare a post, or react by an emoji, once. RefusedError: it cannot be found.

    The author hears of it; of a reshare our followers do too.
    """
    if known := _standing(account, uri, kind, content):
        return known
    author = _author(uri)
    inboxes = [author.inbox] if author else []
    to = [author.uri] if author else []
    if kind == SHARE:
        inboxes += shipping.inboxes_of_followers(account)
        to = [PUBLIC, *to]
    document = documents.activity(
        kind,
        uri=shipping.new_uri(account),
        actor=account.uri,
        of=uri,
        to=to,
        cc=[account.followers_uri] if kind == SHARE else [],
        published=clock.now(),
        **({"content": content} if content else {}),
    )
    return shipping.ship(account, document, inboxes=inboxes, listed=kind == SHARE)


@transaction.atomic
def take_back(account: HubActor, uri: str, kind: str, content: str = "") -> None:
    """Undo a reaction; without one nothing happens."""
    done = _standing(account, uri, kind, content)
    if done is None:
        return
    inner = {name: value for name, value in done.document.items() if name != "@context"}
    undo = documents.activity(
        "Undo",
        uri=shipping.new_uri(account),
        actor=account.uri,
        of=inner,
        to=done.document.get("to", []),
    )
    reached = done.parcels.values_list("inbox", flat=True)
    shipping.ship(account, undo, inboxes=list(reached))
    done.delete()


def _standing(account: HubActor, uri: str, kind: str, content: str) -> Shipment | None:
    rows = Shipment.objects.filter(actor=account, type=kind, document__object=uri)
    return next((row for row in rows if row.document.get("content", "") == content), None)


def _author(uri: str) -> RemoteActor | None:
    if notes.our_object(uri) is not None:
        return None
    stored = things.heard(uri)
    if stored.visibility not in {"public", "unlisted"}:
        raise RefusedError("private", uri)
    return stored.actor
