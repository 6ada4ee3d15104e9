"""What others say to us: whom it concerns, how it is kept, what it counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from asgiref.sync import async_to_sync
from django.db.models import Count

from enishi.hub.federation import fetching, hosts, rules, shipping
from enishi.hub.models import (
    Direction,
    Follow,
    FollowState,
    HubActor,
    HubObject,
    Notice,
    QuoteStamp,
    Reaction,
    RemoteActor,
    RemoteObject,
    Verdict,
    Vote,
)
from enishi.hub.models.people import Quarantine
from enishi.hub.protocol import addresses, documents, incoming
from enishi.hub.protocol.addressing import OPEN, recipients, visibility_of
from enishi.hub.protocol.errors import RefusedError
from enishi.hub.protocol.messages import host_of, same_host
from enishi.kernel import clock
from enishi.vocab import Node

_LINK = re.compile(r"https?://", re.IGNORECASE)


def original(activity: Node, remote: RemoteActor) -> Node | None:
    """The object of a Create or Update, fetched when the activity only names it."""
    if activity.node("object") is not None:
        return None
    uri = activity.ref("object")
    if not uri or not same_host(uri, remote.uri):
        raise RefusedError("mismatch", "the object is on another host")
    return async_to_sync(fetching.document)(uri)


def our_object(uri: str) -> HubObject | None:
    """Something of ours that still stands, by its id or its page."""
    if not uri:
        return None
    rows = HubObject.objects.filter(deleted_at=None).select_related(
        "actor__hub__workspace", "actor__channel"
    )
    found = rows.filter(uri=uri).first()
    if found is None and hosts.is_ours(host_of(uri)):
        last = uri.rstrip("/").rpartition("/")[2]
        found = next((row for row in _by_id(last) if row.url == uri), None)
    return found


def _by_id(text: str) -> Sequence[HubObject]:
    if not re.fullmatch(r"[0-9a-f-]{36}", text):
        return []
    return list(HubObject.objects.filter(id=text, deleted_at=None).select_related("actor"))


def concerned(thing: Node, remote: RemoteActor) -> list[tuple[HubActor, str]]:
    """Those of ours whom something concerns, and why: reply, quote, mention, or a follower."""
    if not thing.is_a(*incoming.SAID):
        return []
    found: dict[Any, tuple[HubActor, str]] = {}
    answered = our_object(thing.ref("inReplyTo"))
    quoted = our_object(incoming.quoted(thing))
    if answered is not None:
        found[answered.actor_id] = (answered.actor, "reply")
    if quoted is not None:
        found.setdefault(quoted.actor_id, (quoted.actor, "quote"))
    for actor in _named(thing):
        found.setdefault(actor.id, (actor, "reply" if _in_thread(thing, actor) else "mention"))
    for actor in _listeners(remote, {*found}):
        found.setdefault(actor.id, (actor, ""))
    return list(found.values())


def _named(thing: Node) -> list[HubActor]:
    uris = {*incoming.mentioned(thing), *recipients(thing)}
    rows = HubActor.objects.filter(uri__in=uris, hub__isnull=False)
    return list(rows.select_related("hub__workspace", "channel"))


def _in_thread(thing: Node, actor: HubActor) -> bool:
    """Whether it answers something in a thread that one of ours began."""
    root = _root_of(thing.ref("inReplyTo"))
    return bool(root) and HubObject.objects.filter(uri=root, actor=actor).exists()


def _listeners(remote: RemoteActor, _known: set[Any]) -> list[HubActor]:
    """Those of ours who follow the sender: they see it, it is not said to them."""
    ties = Follow.objects.filter(
        remote=remote, direction=Direction.OUT, state=FollowState.ACCEPTED
    ).select_related("actor__hub")
    return [tie.actor for tie in ties]


def suspicion(thing: Node, remote: RemoteActor, ours: Sequence[HubActor]) -> str:
    """Why something has to wait for a moderator; empty when it does not."""
    levels = {actor.hub.quarantine for actor in ours if actor.hub is not None}
    if remote.trusted or levels <= {Quarantine.OFF} or _is_known(remote):
        return ""
    if Quarantine.NEW in levels:
        return "we do not know this account yet"
    age = (clock.now() - remote.joined_at).total_seconds() if remote.joined_at else None
    content = thing.text("content")
    mentions = len(incoming.mentioned(thing))
    return incoming.suspicion(
        mentions=mentions,
        links=max(0, len(_LINK.findall(content)) - mentions),
        account_age=age,
        has_picture=bool(remote.icon_url),
        open_to_all=visibility_of(thing, remote.followers_uri) in OPEN,
    )


def _is_known(remote: RemoteActor) -> bool:
    return (
        RemoteObject.objects.filter(actor=remote, hidden=False).exists()
        or Follow.objects.filter(remote=remote, direction=Direction.OUT).exists()
    )


def keep(thing: Node, remote: RemoteActor) -> RemoteObject:
    """Store what somebody said, or what they made of it.

    Raises RefusedError for what somebody else said first, and for what was taken down.
    """
    known = RemoteObject.objects.filter(uri=thing.id).first()
    if known is not None and known.actor_id != remote.id:
        raise RefusedError("mismatch", "somebody else said that")
    if known is not None and known.deleted_at:
        raise RefusedError("gone", thing.id)
    said = incoming.said(thing, followers=remote.followers_uri, now=clock.now())
    takes_media = Verdict.NO_MEDIA not in rules.verdicts(None, host=remote.host, actor=remote.uri)
    values: dict[str, Any] = {
        "actor": remote,
        "type": said.type,
        "name": said.name,
        "summary": said.summary,
        "html": said.html,
        "text": said.text,
        "language": said.language,
        "visibility": said.visibility.value,
        "sensitive": said.sensitive,
        "url": said.url,
        "in_reply_to": said.in_reply_to,
        "context": _root_of(said.in_reply_to) or said.uri,
        "quote": said.quote,
        "pictures": said.pictures if takes_media else [],
        "published": said.published,
        "updated": said.updated,
    }
    stored, _ = RemoteObject.objects.update_or_create(uri=said.uri, defaults=values)
    return stored


def _root_of(uri: str) -> str:
    """The first post of the thread that `uri` belongs to, as far as we know it."""
    if not uri:
        return ""
    ours = our_object(uri)
    if ours is not None:
        return ours.context or ours.uri
    other = RemoteObject.objects.filter(uri=uri).values_list("context", flat=True).first()
    return other or uri


def shown(stored: RemoteObject, thing: Node) -> dict[str, Any]:
    """What was said, as the log and the inbox know it: plain text, web addresses."""
    found: dict[str, Any] = {
        "type": stored.type,
        "id": stored.uri,
        "content": stored.text,
        "url": stored.url or stored.uri,
        "published": stored.published.isoformat(),
        "context": stored.context or stored.uri,
        "attributedTo": stored.actor.uri,
        "enishi:visibility": stored.visibility,
        "enishi:reference": incoming.reference(
            stored.uri, f"{stored.actor.handle}@{stored.actor.host}"
        ),
        "tag": [{"type": "Mention", "href": uri} for uri in incoming.mentioned(thing)]
        + [{"type": "Hashtag", "name": f"#{name}"} for name in incoming.hashtags(thing)],
        "attachment": [
            {"type": "Image", "url": picture["url"], "name": picture["alt"]}
            for picture in stored.pictures
            if not picture["media_type"] or picture["media_type"].startswith("image/")
        ],
    }
    if stored.language:
        found["contentMap"] = {stored.language: stored.text}
    optional = {
        "inReplyTo": stored.in_reply_to,
        "quoteUrl": stored.quote,
        "name": stored.name,
        "summary": stored.summary,
    }
    return found | {name: value for name, value in optional.items() if value}


def was_told(stored: RemoteObject) -> list[HubActor]:
    """Those of ours whose channels heard of something: they hear of its end too."""
    rows = Notice.objects.filter(document__object__id=stored.uri, document__type="Create")
    ids = set(rows.values_list("actor_id", flat=True))
    return list(HubActor.objects.filter(id__in=ids))


def bury(stored: RemoteObject) -> None:
    """Take down what somebody said: nothing of it stays but that it was there."""
    RemoteObject.objects.filter(id=stored.id).update(
        deleted_at=clock.now(), html="", text="", name="", summary="", pictures=[]
    )
    count_answers(stored)


# ── counts ──


def count_answers(stored: RemoteObject) -> None:
    """Bring the numbers of answers and quotes of ours up to date."""
    for name, uri in (("replies", stored.in_reply_to), ("quotes", stored.quote)):
        thing = our_object(uri)
        if thing is None:
            continue
        field = "in_reply_to" if name == "replies" else "quote"
        others = RemoteObject.objects.filter(**{field: thing.uri}, deleted_at=None, hidden=False)
        HubObject.objects.filter(id=thing.id).update(**{name: others.count()})


def count_reactions(thing: HubObject) -> None:
    """Bring the numbers of likes and reshares of ours up to date."""
    rows = Reaction.objects.filter(thing=thing)
    by_kind = dict(rows.values_list("kind").annotate(number=Count("id")))
    HubObject.objects.filter(id=thing.id).update(
        likes=by_kind.get("like", 0), shares=by_kind.get("announce", 0)
    )


def is_vote(thing: Node) -> bool:
    """Whether a note chooses in a poll of ours."""
    uri, _option = incoming.vote(thing)
    found = our_object(uri)
    return found is not None and found.type == "Question"


def count_vote(thing: Node, remote: RemoteActor) -> None:
    """Take a vote: once each option, and once each person where only one may be chosen."""
    uri, option = incoming.vote(thing)
    poll = our_object(uri)
    if poll is None or not _is_open(poll) or option not in _options(poll):
        return
    if rules.is_blocked(poll.actor.hub, host=remote.host, actor=remote.uri):
        raise RefusedError("blocked", remote.uri)
    mine = Vote.objects.filter(thing=poll, remote=remote)
    if mine.exists() and not poll.data.get("multiple"):
        return
    Vote.objects.get_or_create(thing=poll, remote=remote, option=option)
    votes = Vote.objects.filter(thing=poll)
    numbers = dict(votes.values_list("option").annotate(number=Count("id")))
    data = dict(poll.data)
    data["options"] = [
        {**one, "votes": numbers.get(one["name"], 0)} for one in data.get("options", [])
    ]
    data["voters"] = votes.values("remote").distinct().count()
    HubObject.objects.filter(id=poll.id).update(data=data)


def _options(poll: HubObject) -> list[str]:
    return [str(one["name"]) for one in poll.data.get("options", [])]


def _is_open(poll: HubObject) -> bool:
    end = poll.data.get("end")
    return not poll.data.get("closed") and (not end or str(end) > clock.now().isoformat())


# ── quotes with consent (FEP-044f) ──


def answer_quote_request(remote: RemoteActor, activity: Node) -> None:
    """What is public may be quoted: we say so, with a stamp that anybody can check."""
    thing = our_object(activity.ref("object"))
    quoting = activity.ref("instrument")
    if thing is None or not quoting or not same_host(quoting, remote.uri):
        return
    actor, uri = thing.actor, shipping.new_uri(thing.actor)
    inner = {
        "type": "QuoteRequest",
        "id": activity.id,
        "actor": remote.uri,
        "object": thing.uri,
        "instrument": quoting,
    }
    blocked = rules.is_blocked(actor.hub, host=remote.host, actor=remote.uri)
    if blocked or thing.visibility not in {one.value for one in OPEN}:
        answer = documents.activity("Reject", uri=uri, actor=actor.uri, of=inner)
    else:
        stamp, _ = QuoteStamp.objects.get_or_create(thing=thing, quoting=quoting[:500])
        answer = documents.activity(
            "Accept",
            uri=uri,
            actor=actor.uri,
            of=inner,
            result=addresses.stamp_uri(actor.base, stamp.id),
        )
    shipping.ship(actor, answer, inboxes=[remote.inbox])


def quote_answered(remote: RemoteActor, activity: Node) -> None:
    """Somebody agrees that we quote them: the stamp goes into our post."""
    stamp = activity.ref("result")
    inner = activity.node("object")
    instrument = inner.ref("instrument") if inner is not None else ""
    if stamp and instrument and same_host(stamp, remote.uri):
        said = RemoteObject.objects.filter(actor=remote).values("uri")
        rows = HubObject.objects.filter(uri=instrument, quote__in=said, quote_authorization="")
        rows.update(quote_authorization=stamp[:500])
