"""Publishing, changing and taking down objects of ours, and telling those who should know.

Each function changes the object and packs what is to be sent in one transaction: either both
stand or neither. The id of an object follows from the delivery's key, so that publishing again
finds what stands already.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from asgiref.sync import async_to_sync
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enishi.channels.contract import Attachment, Outgoing, Reference
from enishi.channels.errors import RejectedError
from enishi.hub import composing
from enishi.hub.composing import Options
from enishi.hub.federation import actors, fetching, notes, ourselves, shipping
from enishi.hub.models import (
    Comment,
    Gathering,
    HubActor,
    HubObject,
    Reaction,
    RemoteActor,
    RemoteObject,
)
from enishi.hub.protocol import addresses, documents
from enishi.hub.protocol.addressing import Visibility, address
from enishi.hub.protocol.errors import RefusedError
from enishi.hub.protocol.messages import same_host
from enishi.hub.protocol.texts import Mentioned
from enishi.kernel import clock
from enishi.publishing import media as files

Media = Sequence[tuple[Attachment, bytes]]

_EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "audio/mpeg": "mp3",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """One object before it is written."""

    key: str
    text: str
    options: Options
    pictures: list[dict[str, Any]] = field(default_factory=list)
    reply_to: str = ""
    context: str = ""
    quote: str = ""
    people: dict[tuple[str, str], Mentioned] = field(default_factory=dict)
    addressed: tuple[RemoteActor, ...] = ()


def by_key(actor: HubActor, key: str) -> list[HubObject]:
    """What stands under a delivery's key: the first post, its thread, its comment."""
    rows = HubObject.objects.filter(actor=actor, deleted_at=None).select_related("actor__hub")
    first = rows.filter(key=key).first()
    if first is None:
        return []
    rest = rows.filter(key__startswith=f"{key}/")
    return [
        first,
        *sorted(rest, key=lambda one: (one.key.endswith("/comment"), len(one.key), one.key)),
    ]


def publish(actor: HubActor, outgoing: Outgoing, media: Media) -> list[HubObject]:
    """Publish a post, the rest of its thread and its first comment.

    1. Who is named or answered is looked up first: that may take a while, and changes nothing.
    2. Files are stored under the digest of their content.
    3. Everything is written and packed in one transaction.
    """
    if known := by_key(actor, outgoing.key):
        return known
    drafts = _drafts(actor, outgoing, media)
    with transaction.atomic():
        if known := by_key(actor, outgoing.key):
            return known
        return [_written(actor, draft, outgoing) for draft in drafts]


def _zone(actor: HubActor) -> str:
    return actor.hub.workspace.time_zone if actor.hub else "UTC"


def _drafts(actor: HubActor, outgoing: Outgoing, media: Media) -> list[Draft]:
    options = composing.options_of(outgoing, zone=_zone(actor))
    answered = _answered(outgoing.in_reply_to)
    text = composing.with_link(outgoing.text, outgoing.link)
    first = _draft(
        outgoing.key,
        text,
        options,
        pictures=[_stored(one, content) for one, content in media],
        answered=answered,
        quote=_quoted(outgoing.quotes),
    )
    rest = [(f"{outgoing.key}/{number}", words) for number, words in enumerate(outgoing.thread, 1)]
    if outgoing.first_comment:
        rest.append((f"{outgoing.key}/comment", outgoing.first_comment))
    drafts, before = [first], _uri(actor, outgoing.key)
    root = first.context or before
    for key, words in rest:
        plain = Options(visibility=options.visibility, warning=options.warning)
        above = _uri(actor, outgoing.key) if key.endswith("/comment") else before
        found = _draft(key, words, plain, pictures=[], answered=None, quote="")
        drafts.append(Draft(key, words, plain, [], above, root, "", found.people, found.addressed))
        before = _uri(actor, key)
    return drafts


@dataclass(frozen=True, slots=True)
class _Answered:
    uri: str
    context: str
    author: RemoteActor | None
    visibility: str


def _draft(
    key: str,
    text: str,
    options: Options,
    *,
    pictures: list[dict[str, Any]],
    answered: _Answered | None,
    quote: str,
) -> Draft:
    found = composing.people_named(text)
    addressed = [remote for _, remote in found.values() if remote is not None]
    if answered is not None and answered.author is not None:
        addressed.append(answered.author)
        if answered.visibility == Visibility.DIRECT and options.visibility != Visibility.DIRECT:
            options = Options(
                options.type,
                Visibility.DIRECT,
                options.title,
                options.warning,
                data=options.data,
                registration=options.registration,
            )
    return Draft(
        key,
        text,
        options,
        pictures,
        answered.uri if answered else "",
        answered.context if answered else "",
        quote,
        {key: person for key, (person, _) in found.items()},
        tuple(addressed),
    )


def _answered(reference: Reference | None) -> _Answered | None:
    """What a post answers: something of ours, something we heard, or something to be fetched."""
    if reference is None:
        return None
    uri = reference.remote_id
    ours = notes.our_object(uri)
    if ours is not None:
        return _Answered(ours.uri, ours.context or ours.uri, None, ours.visibility)
    if (commented := _commented(uri)) is not None:
        return commented
    try:
        stored = heard(uri)
    except RefusedError as error:
        raise RejectedError(
            _("The post that this one answers cannot be found."),
            field="in_reply_to",
            detail=str(error),
        ) from error
    return _Answered(stored.uri, stored.context or stored.uri, stored.actor, stored.visibility)


def _commented(uri: str) -> _Answered | None:
    """The post below which a visitor without an account wrote: an answer to them stands there."""
    _base, _sep, name = uri.rpartition("/hub/comments/")
    if not re.fullmatch(r"[0-9a-f-]{36}", name):
        return None
    rows = Comment.objects.select_related("thing__actor").filter(id=name)
    found = next((row for row in rows if uri.startswith(row.thing.actor.base)), None)
    if found is None:
        return None
    thing = found.thing
    return _Answered(thing.uri, thing.context or thing.uri, None, thing.visibility)


def heard(uri: str) -> RemoteObject:
    """Something that somebody said elsewhere, fetched when we did not hear it. RefusedError."""
    known = RemoteObject.objects.filter(uri=uri).select_related("actor").first()
    if known is not None:
        if known.deleted_at:
            raise RefusedError("gone", uri)
        return known
    thing = async_to_sync(fetching.document)(uri)
    author = thing.ref("attributedTo")
    if not same_host(author, thing.id):
        raise RefusedError("mismatch", "the author is on another host")
    return notes.keep(thing, actors.resolve(author))


def _quoted(reference: Reference | None) -> str:
    return reference.remote_id if reference else ""


def _uri(actor: HubActor, key: str) -> str:
    return addresses.object_uri(actor.base, addresses.derived(actor.uri, key))


def _stored(attachment: Attachment, content: bytes) -> dict[str, Any]:
    """A file at its public place: named by its content, so that nobody can guess others."""
    digest = hashlib.sha256(content).hexdigest()
    extension = _EXTENSIONS.get(attachment.media_type)
    if extension is None:
        raise RejectedError(_("This kind of file cannot be published."), field="attachments")
    path = f"{digest[:2]}/{digest}.{extension}"
    files.store(f"hub/{path}", content)
    more: dict[str, Any] = {"focus": list(attachment.focus)} if attachment.focus else {}
    if attachment.poster is not None:
        still = _stored(attachment.poster, attachment.poster.content())
        more |= {"poster": still["path"], "poster_type": still["media_type"]}
    return more | {
        "path": path,
        "media_type": attachment.media_type,
        "alt": attachment.alt,
        "width": attachment.width,
        "height": attachment.height,
    }


def _written(actor: HubActor, draft: Draft, outgoing: Outgoing) -> HubObject:
    people = list(_people(draft))
    tags, names = composing.tags_of(actor, draft.text, people)
    to, cc = address(
        draft.options.visibility,
        followers=actor.followers_uri,
        mentioned=[person.uri for person in people],
    )
    identifier = addresses.derived(actor.uri, draft.key)
    thing = HubObject.objects.create(
        id=identifier,
        actor=actor,
        key=draft.key,
        uri=addresses.object_uri(actor.base, identifier),
        type=draft.options.type,
        name=draft.options.title,
        summary=draft.options.warning,
        source=draft.text,
        html=composing.html_of(actor, draft.text, draft.options, draft.people),
        language=outgoing.language[:16],
        visibility=draft.options.visibility.value,
        sensitive=bool(draft.options.warning),
        to=list(to),
        cc=list(cc),
        tags=tags,
        hashtags=names,
        pictures=draft.pictures,
        data=dict(draft.options.data),
        in_reply_to=draft.reply_to,
        context=draft.context,
        quote=draft.quote,
        pinned=draft.options.pinned,
        published=outgoing.created_at,
    )
    thing.actor = actor
    _open_registration(thing, draft.options)
    _tell(thing, ourselves.create_document(thing), draft.addressed, listed=True)
    _ask_to_quote(thing)
    return thing


def _open_registration(thing: HubObject, options: Options) -> None:
    """The registration that the composer asked for; what was set on its own page stays."""
    wished = options.registration
    if thing.type == "Event" and wished is not None:
        Gathering.objects.get_or_create(
            thing=thing, defaults={"capacity": wished.seats, "consent": wished.consent}
        )


def _people(draft: Draft) -> Sequence[Mentioned]:
    by_uri = {person.uri: person for person in draft.people.values()}
    for remote in draft.addressed:
        by_uri.setdefault(remote.uri, composing.mentioned(remote))
    return list(by_uri.values())


def _tell(
    thing: HubObject,
    document: dict[str, Any],
    addressed: Sequence[RemoteActor] = (),
    *,
    listed: bool = False,
) -> None:
    """Send an activity about an object to followers and to those whom it names."""
    named = [tag["href"] for tag in thing.tags if tag.get("type") == "Mention"]
    to = [*(remote.uri for remote in addressed), *named]
    inboxes = shipping.inboxes_of(thing.actor, to)
    inboxes += [f"{actor.uri}/inbox" for actor in HubActor.objects.filter(uri__in=named)]
    if thing.visibility != Visibility.DIRECT:
        inboxes += shipping.inboxes_of_followers(thing.actor)
    is_public = thing.visibility in {Visibility.PUBLIC, Visibility.UNLISTED}
    shipping.ship(thing.actor, document, inboxes=inboxes, thing=thing, listed=listed and is_public)


def _ask_to_quote(thing: HubObject) -> None:
    """Ask the author of what we quote for the stamp that their readers want to see (FEP-044f)."""
    quoted = RemoteObject.objects.filter(uri=thing.quote).select_related("actor").first()
    if not thing.quote or quoted is None:
        return
    request = documents.activity(
        "QuoteRequest",
        uri=shipping.new_uri(thing.actor),
        actor=thing.actor.uri,
        of=quoted.uri,
        instrument=thing.uri,
    )
    shipping.ship(thing.actor, request, inboxes=[quoted.actor.inbox])


# ── afterwards ──


def edit(thing: HubObject, outgoing: Outgoing, media: Media) -> HubObject:
    """Change what a post says; readers get an Update."""
    actor = thing.actor
    options = composing.options_of(outgoing, zone=_zone(actor))
    text = composing.with_link(outgoing.text, outgoing.link)
    people = {key: person for key, (person, _) in composing.people_named(text).items()}
    pictures = [_stored(one, content) for one, content in media]
    with transaction.atomic():
        kept = [tag for tag in thing.tags if tag.get("type") == "Mention"]
        tags, names = composing.tags_of(actor, text, list(people.values()))
        known = {tag["href"] for tag in tags}
        thing.tags = tags + [tag for tag in kept if tag["href"] not in known]
        thing.hashtags, thing.source = names, text
        thing.name = options.title or thing.name
        thing.summary, thing.sensitive = options.warning, bool(options.warning)
        thing.html = composing.html_of(actor, text, Options(thing.type, title=thing.name), people)
        if thing.type == "Event":
            thing.data = {**thing.data, **options.data}
            _open_registration(thing, options)
        if media or not outgoing.attachments:
            thing.pictures = pictures or thing.pictures
        thing.updated = clock.now()
        thing.save()
        announce_change(thing)
    return thing


def says(thing: HubObject, outgoing: Outgoing) -> bool:
    """Whether an object says what a delivery wants it to say."""
    options = composing.options_of(outgoing)
    alts = [str(picture.get("alt", "")) for picture in thing.pictures]
    return (
        thing.source == composing.with_link(outgoing.text, outgoing.link)
        and thing.summary == options.warning
        and (not options.title or thing.name == options.title)
        and (not outgoing.attachments or alts == [one.alt for one in outgoing.attachments])
    )


def announce_change(thing: HubObject) -> None:
    """Tell everybody who has it how an object reads now."""
    now = clock.now()
    update = documents.activity(
        "Update",
        uri=f"{thing.uri}/updates/{int(now.timestamp() * 1000)}",
        actor=thing.actor.uri,
        of=ourselves.object_document(thing),
        to=thing.to,
        cc=thing.cc,
        published=now,
    )
    _tell(thing, update)


@transaction.atomic
def delete(thing: HubObject) -> None:
    """Take a post down, and the thread that was sent below it: a tombstone stays."""
    rows = HubObject.objects.filter(actor=thing.actor, deleted_at=None)
    for one in rows.filter(key__startswith=f"{thing.key}/").select_related("actor__hub"):
        _bury(one)
    _bury(thing)


def _bury(thing: HubObject) -> None:
    thing.deleted_at = clock.now()
    document = documents.activity(
        "Delete",
        uri=f"{thing.uri}/delete",
        actor=thing.actor.uri,
        of=documents.tombstone(thing.uri, thing.type, thing.deleted_at),
        to=thing.to,
        cc=thing.cc,
    )
    repliers = RemoteActor.objects.filter(said__in_reply_to=thing.uri).distinct()
    _tell(thing, document, list(repliers))
    HubObject.objects.filter(id=thing.id).update(
        deleted_at=thing.deleted_at, html="", source="", summary="", name="", pictures=[]
    )
    Reaction.objects.filter(thing=thing).delete()
