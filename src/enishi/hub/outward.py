"""What members tell others without words: votes in their polls, reports to their servers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from asgiref.sync import async_to_sync
from django.db import transaction
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.accounts.signals import administered
from enishi.hub import directory, things
from enishi.hub.federation import fetching, notes, ourselves, shipping
from enishi.hub.models import Hub, HubActor, RemoteObject, Shipment
from enishi.hub.protocol import documents, texts
from enishi.hub.protocol.errors import RefusedError
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError
from enishi.vocab import Node
from enishi.vocab.times import write_datetime

_MOST_CHOICES = 50
_LONGEST = 2000


# ── polls ──


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be chosen in a poll; votes are None where they are not told."""

    name: str
    votes: int | None


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll of somebody else as its server tells it now."""

    uri: str
    question: str
    author: str
    choices: Sequence[Choice]
    multiple: bool
    ends: datetime | None
    voters: int | None
    is_open: bool
    chosen: Sequence[str]
    """What this account chose already."""


def poll(actor: Actor, *, channel_id: UUID, uri: str) -> Poll:
    """A poll of somebody else, asked for at its server, for an account of a hub's channel."""
    actor.require(Permission.INBOX_VIEW)
    account = directory.account_of(actor, channel_id)
    try:
        thing, author = _read(uri)
    except RefusedError as error:
        raise directory.not_found(error, "uri") from error
    multiple = bool(thing.all("anyOf"))
    ends, now = thing.when("endTime"), clock.now()
    closed = thing.raw("closed") not in (None, False) or (ends is not None and ends <= now)
    return Poll(
        uri=thing.id,
        question=texts.to_text(thing.text("content")) or texts.plain(thing.text("name")),
        author=author,
        choices=[_choice(one) for one in _options(thing, multiple=multiple)],
        multiple=multiple,
        ends=ends,
        voters=_count(thing.raw("votersCount")),
        is_open=not closed,
        chosen=_chosen(account, thing.id),
    )


def _read(uri: str) -> tuple[Node, str]:
    """The poll and who asks, from its server or from a hub of this installation."""
    ours = notes.our_object(uri)
    if ours is not None:
        thing, author = Node.trusted(ourselves.object_document(ours)), str(ours.actor)
    else:
        author = str(things.heard(uri).actor)
        thing = async_to_sync(fetching.document)(uri)
    if not thing.is_a("Question"):
        raise RefusedError("malformed", "it is no poll")
    return thing, author


def _options(thing: Node, *, multiple: bool) -> list[Node]:
    found = thing.all("anyOf" if multiple else "oneOf")
    return [one for one in found if isinstance(one, Node) and one.text("name")][:_MOST_CHOICES]


def _choice(one: Node) -> Choice:
    replies = one.node("replies")
    votes = _count(replies.raw("totalItems")) if replies is not None else None
    return Choice(texts.plain(one.text("name"), longest=200), votes)


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None


def vote(actor: Actor, *, channel_id: UUID, uri: str, choices: Sequence[str]) -> None:
    """Vote in a poll of somebody else with the account of a hub's channel, once."""
    actor.require(Permission.INBOX_REPLY)
    found = poll(actor, channel_id=channel_id, uri=uri)
    account = directory.account_of(actor, channel_id)
    wanted = list(dict.fromkeys(choices))
    _check_vote(found, wanted)
    inbox, to = _reached(found.uri)
    with transaction.atomic():
        HubActor.objects.select_for_update().get(id=account.id)
        if _chosen(account, found.uri):
            raise ConflictError(_("You have voted in this poll already."))
        for name in wanted:
            _send_vote(account, found.uri, name, inbox, to)
        _told(actor, "Create", found.uri, account)


def _check_vote(found: Poll, wanted: Sequence[str]) -> None:
    known = {one.name for one in found.choices}
    if not wanted or not set(wanted) <= known:
        raise InvalidInputError(_("Choose one of the answers."), field="choices")
    if len(wanted) > 1 and not found.multiple:
        raise InvalidInputError(_("One answer may be chosen."), field="choices")
    if found.chosen:
        raise ConflictError(_("You have voted in this poll already."))
    if not found.is_open:
        raise ConflictError(_("This poll has ended."))


def _send_vote(account: HubActor, uri: str, name: str, inbox: str, to: str) -> Shipment:
    activity, now = shipping.new_uri(account), clock.now()
    ballot = {
        "id": f"{activity}/vote",
        "type": "Note",
        "name": name,
        "attributedTo": account.uri,
        "inReplyTo": uri,
        "to": [to],
        "published": write_datetime(now),
    }
    document = documents.activity(
        "Create", uri=activity, actor=account.uri, of=ballot, to=[to], published=now
    )
    return shipping.ship(account, document, inboxes=[inbox])


def _chosen(account: HubActor, uri: str) -> list[str]:
    rows = Shipment.objects.filter(actor=account, type="Create", document__object__inReplyTo=uri)
    named = [row.document["object"] for row in rows]
    return [str(one["name"]) for one in named if one.get("name") and not one.get("content")]


def _reached(uri: str) -> tuple[str, str]:
    """The inbox and the id of whoever asks."""
    ours = notes.our_object(uri)
    if ours is not None:
        return f"{ours.actor.uri}/inbox", ours.actor.uri
    author = things.heard(uri).actor
    return author.inbox, author.uri


# ── complaints ──


def report(actor: Actor, *, channel_id: UUID, uri: str, comment: str) -> None:
    """Complain of a post to the moderators of its server (`Flag`)."""
    actor.require(Permission.INBOX_MANAGE)
    account = directory.account_of(actor, channel_id)
    said = RemoteObject.objects.filter(uri=uri).select_related("actor").first()
    if said is None:
        raise directory.not_found(RefusedError("gone", uri), "uri")
    document = documents.activity(
        "Flag",
        uri=shipping.new_uri(account),
        actor=account.uri,
        of=[said.actor.uri, said.uri],
        to=[said.actor.uri],
        published=clock.now(),
        content=comment.strip()[:_LONGEST],
    )
    with transaction.atomic():
        shipping.ship(account, document, inboxes=[said.actor.shared_inbox or said.actor.inbox])
        _told(actor, "Flag", uri, account)


def _told(actor: Actor, kind: str, name: str, account: HubActor) -> None:
    administered.send(Hub, actor=actor, type=kind, name=name, object_id=account.id)
