"""What visitors without an account do: comment, subscribe, register, click. Each is one action."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from enishi.activities import log
from enishi.activities.events import Direction, NewActivity
from enishi.hub.models import (
    Comment,
    Gathering,
    Hub,
    HubActor,
    HubLink,
    HubObject,
    Notice,
    Registration,
    Subscriber,
    SubscriberState,
)
from enishi.hub.site.gatherings import seats_left, shown_for
from enishi.jobs import actions as jobs
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from enishi.kernel.ids import new_id
from enishi.vocab import build, terms
from enishi.vocab.times import write_datetime

TOO_FAST, TOO_OLD = timedelta(seconds=3), timedelta(hours=24)
_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
_MOST_LINKS = 2
_MOST_EACH = 3
_WHILE = timedelta(minutes=10)
_MOST_WAITING = 500
_ASK_AGAIN = timedelta(minutes=10)
_CONFIRM_WITHIN = timedelta(days=7)
_CONFIRM, _LEAVE, _CANCEL, _FORM = "hub.confirm", "hub.leave", "hub.cancel", "hub.form"
_ROBOT = re.compile(r"bot|crawl|spider|slurp|preview|fetch|monitor|curl|wget|python", re.IGNORECASE)
CONFIRMING, REGISTERED = "hub.confirming", "hub.registered"


def origin_of(address: str) -> str:
    """A digest of a visitor's address that nobody can undo and that changes every day."""
    day = clock.now().date().isoformat()
    key = str(settings.SECRET_KEY).encode()
    return hmac.new(key, f"{day}|{address}".encode(), hashlib.sha256).hexdigest()[:32]


# ── comments ──


def form_token(thing: HubObject) -> str:
    """Says when a form was shown, for which post."""
    return signing.dumps([str(thing.id), clock.now().timestamp()], salt=_FORM)


def _check_token(thing: HubObject, token: str) -> None:
    try:
        named, at = signing.loads(token, salt=_FORM)
    except signing.BadSignature:
        named, at = "", 0.0
    age = timedelta(seconds=clock.now().timestamp() - float(at))
    if named != str(thing.id) or age > TOO_OLD:
        raise InvalidInputError(_("This form is too old. Please send it once more."))
    if age < TOO_FAST:
        raise InvalidInputError(_("That was fast. Please read it over and send it once more."))


@transaction.atomic
def comment(thing: HubObject, *, name: str, text: str, token: str, origin: str) -> Comment:
    """Keep a comment for moderation and put it into the inbox.

    Raises InvalidInputError for what only programs write: too fast, too many, too many links.
    The same words again are the same comment.
    """
    _check_token(thing, token)
    if len(_LINK.findall(text)) > _MOST_LINKS:
        raise InvalidInputError(_("Please use at most two links."), field="text")
    now = clock.now()
    recent = Comment.objects.filter(origin=origin, created_at__gt=now - _WHILE)
    known = recent.filter(thing=thing, text=text).first()
    if known is not None:
        return known
    waiting = Comment.objects.filter(thing__actor__hub=thing.actor.hub, state="held")
    if recent.count() >= _MOST_EACH or waiting.count() >= _MOST_WAITING:
        raise InvalidInputError(_("Too many comments at once. Please try again later."))
    made = Comment.objects.create(thing=thing, name=name, text=text, origin=origin, created_at=now)
    Notice.objects.create(actor=thing.actor, document=_comment_activity(made))
    return made


def comment_uri(made: Comment) -> str:
    """The id of a comment in the log and the inbox; nothing lies there."""
    return f"{made.thing.actor.base}/hub/comments/{made.id}"


def _comment_activity(made: Comment) -> dict[str, object]:
    uri, thing = comment_uri(made), made.thing
    when = write_datetime(made.created_at)
    return {
        "type": "Create",
        "id": f"{uri}/create",
        "published": when,
        "actor": {"type": "Person", "id": f"{uri}/author", "name": made.name},
        "enishi:reason": "comment",
        "object": {
            "type": "Note",
            "id": uri,
            "content": made.text,
            "url": f"{thing.url}#c-{made.id}",
            "published": when,
            "inReplyTo": thing.uri,
            "context": thing.context or thing.uri,
            "enishi:reference": {"comment": str(made.id)},
        },
    }


# ── letters ──


@transaction.atomic
def subscribe(hub: Hub, *, email: str, origin: str) -> None:
    """Ask an address whether it wants letters. Tells nobody whether it has them already."""
    if not _allowed(f"hub-subscribe:{origin}", most=5, seconds=3600):
        raise InvalidInputError(_("Too many at once. Please try again later."), field="email")
    now = clock.now()
    found, is_new = Subscriber.objects.select_for_update().get_or_create(
        hub=hub, email=email.strip().lower(), defaults={"asked_at": now}
    )
    if found.state == SubscriberState.ACTIVE or not (is_new or now - found.asked_at > _ASK_AGAIN):
        return
    found.asked_at, found.state = now, SubscriberState.ASKED
    found.save(update_fields=["asked_at", "state"])
    jobs.enqueue(
        CONFIRMING,
        {"subscriber": str(found.id)},
        key=str(found.id),
        workspace_id=hub.workspace_id,
    )


def confirm_token(subscriber: Subscriber) -> str:
    return signing.dumps(str(subscriber.id), salt=_CONFIRM)


def leave_token(subscriber: Subscriber) -> str:
    return signing.dumps(str(subscriber.id), salt=_LEAVE)


def _named(token: str, salt: str, within: timedelta | None = None) -> UUID:
    try:
        return UUID(signing.loads(token, salt=salt, max_age=within))
    except (signing.BadSignature, ValueError) as error:
        raise NotFoundError(_("This link is not valid any more.")) from error


def subscriber_of(token: str, *, leaving: bool) -> Subscriber:
    """Whose link it is; NotFoundError for one that is forged or too old."""
    salt, within = (_LEAVE, None) if leaving else (_CONFIRM, _CONFIRM_WITHIN)
    rows = Subscriber.objects.select_related("hub__workspace")
    found = rows.filter(id=_named(token, salt, within)).first()
    if found is None:
        raise NotFoundError(_("This link is not valid any more."))
    return found


@transaction.atomic
def confirm(subscriber: Subscriber, actor: HubActor) -> None:
    """Begin to send letters; counted into the log. A second time changes nothing."""
    now = clock.now()
    changed = (
        Subscriber.objects.filter(id=subscriber.id)
        .exclude(state=SubscriberState.ACTIVE)
        .update(state=SubscriberState.ACTIVE, confirmed_at=now, left_at=None)
    )
    if changed:
        _record(
            actor,
            terms.LEAD,
            key=f"subscribed:{subscriber.id}:{int(now.timestamp())}",
            object_type="Subscription",
            object_key=f"{actor.url}/subscribe",
            who=f"subscriber:{subscriber.id}",
        )


@transaction.atomic
def leave(subscriber: Subscriber) -> None:
    """Send no more letters."""
    Subscriber.objects.filter(id=subscriber.id).update(
        state=SubscriberState.LEFT, left_at=clock.now()
    )


# ── events ──


@dataclass(frozen=True, slots=True)
class Guest:
    """What somebody tells who registers."""

    name: str
    email: str
    note: str = ""
    agrees: bool = False


@transaction.atomic
def register(thing: HubObject, guest: Guest, *, token: str, origin: str) -> Registration:
    """Register somebody for an event; the last seat goes to one person only."""
    _check_token(thing, token)
    if not _allowed(f"hub-register:{origin}", most=10, seconds=3600):
        raise InvalidInputError(_("Too many at once. Please try again later."))
    gathering = Gathering.objects.select_for_update().filter(thing=thing, is_open=True).first()
    event = shown_for(thing)
    if gathering is None or event is None or event.is_over:
        raise ConflictError(_("This event takes no registrations."))
    if gathering.consent and not guest.agrees:
        raise InvalidInputError(_("Please agree, or do not register."), field="agrees")
    rows = gathering.registrations.filter(email=guest.email.strip().lower())
    if known := rows.filter(cancelled_at=None).first():
        return known
    if seats_left(gathering) == 0:
        raise ConflictError(_("All seats are taken."))
    return _registered(thing, gathering, guest)


def _registered(thing: HubObject, gathering: Gathering, guest: Guest) -> Registration:
    made, _is_new = Registration.objects.update_or_create(
        gathering=gathering,
        email=guest.email.strip().lower(),
        defaults={
            "name": guest.name,
            "note": guest.note,
            "consent": gathering.consent,
            "registered_at": clock.now(),
            "cancelled_at": None,
            "reminded_at": None,
            "confirmed_mail_at": None,
        },
    )
    about_guest(made, terms.LEAD, thing)
    jobs.enqueue(
        REGISTERED,
        {"registration": str(made.id)},
        key=str(made.id),
        workspace_id=thing.actor.hub.workspace_id if thing.actor.hub else None,
    )
    return made


def cancel_token(registration: Registration) -> str:
    return signing.dumps(str(registration.pk), salt=_CANCEL)


def registration_of(token: str) -> Registration:
    """Whose registration it is; NotFoundError for a forged link."""
    rows = Registration.objects.select_related("gathering__thing__actor__hub")
    found = rows.filter(id=_named(token, _CANCEL)).first()
    if found is None:
        raise NotFoundError(_("This link is not valid any more."))
    return found


@transaction.atomic
def cancel(registration: Registration) -> None:
    """Give a seat back."""
    rows = Registration.objects.filter(id=registration.pk, cancelled_at=None)
    if rows.update(cancelled_at=clock.now()):
        about_guest(registration, "Leave", registration.gathering.thing)


def about_guest(registration: Registration, kind: str, thing: HubObject) -> None:
    """What somebody did about an event, for the log; their address is not written there."""
    at = clock.now()
    _record(
        thing.actor,
        kind,
        key=f"{kind}:{registration.pk}:{int(at.timestamp())}",
        object_type="Event",
        object_key=thing.uri,
        who=f"guest:{registration.pk}",
        name=registration.name,
        text=thing.name,
    )


# ── links ──


def click(link: HubLink, actor: HubActor, *, origin: str, agent: str) -> bool:
    """Count a click of the link page, once a minute for each visitor; programs do not count."""
    if not agent or _ROBOT.search(agent):
        return False
    if not cache.add(f"hub-click:{origin}:{link.id}", 1, 60):
        return False
    with transaction.atomic():
        _record(
            actor,
            terms.CLICK,
            key=f"click:{new_id()}",
            object_type="Link",
            object_key=link.url[:500],
            text=link.title,
        )
    return True


def _allowed(key: str, *, most: int, seconds: int) -> bool:
    """At most so many in a while, in this process."""
    cache.add(key, 0, seconds)
    return int(cache.incr(key)) <= most


def _record(
    actor: HubActor,
    kind: str,
    *,
    key: str,
    object_type: str,
    object_key: str,
    who: str = "",
    name: str = "",
    text: str = "",
) -> None:
    if actor.hub is None:
        return
    now = clock.now()
    document = build(kind, object=object_key, target=actor.uri, published=now)
    activity = NewActivity(
        workspace_id=actor.hub.workspace_id,
        type=kind,
        key=key,
        source=str(actor.channel_id or "enishi"),
        occurred_at=now,
        channel_id=actor.channel_id,
        direction=Direction.INBOUND,
        actor_key=who,
        actor_name=name,
        object_type=object_type,
        object_key=object_key,
        target_key=actor.uri,
        text=text,
        document=document.json(),
    )
    log.record([activity])
