"""E-mail to subscribers and guests, each letter once.

A letter is claimed before it is handed to the mail server. A worker that dies in between leaves
it claimed: it is not sent again, for nobody knows whether it went out. A mail server that refuses
gives the claim back. Message-IDs never change.
"""

from __future__ import annotations

import logging
import zoneinfo
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from smtplib import SMTPException
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enishi.hub import visitors
from enishi.hub.models import (
    Hub,
    HubActor,
    HubObject,
    Letter,
    Registration,
    Subscriber,
    SubscriberState,
)
from enishi.hub.protocol import texts
from enishi.hub.protocol.addressing import Visibility
from enishi.hub.site import describing
from enishi.kernel import clock
from enishi.vocab.times import read_datetime

logger = logging.getLogger(__name__)

NEW = timedelta(days=3)
"""Posts that are older are not told any more."""
_BATCH = 200


@contextmanager
def _as_of(hub: Hub) -> Iterator[None]:
    """The language and time of a hub."""
    zone = zoneinfo.ZoneInfo(hub.workspace.time_zone)
    with translation.override(hub.workspace.language), timezone.override(zone):
        yield


def confirming(subscriber_id: UUID) -> None:
    """Ask somebody whether they want letters."""
    rows = Subscriber.objects.select_related("hub__workspace")
    found = rows.filter(id=subscriber_id, state=SubscriberState.ASKED).first()
    actor = _organisation(found.hub) if found else None
    if found is None or actor is None:
        return
    with _as_of(found.hub):
        _send(
            found.email,
            _("Please confirm: new posts of %(name)s") % {"name": actor.name},
            "hub/mail/confirm.txt",
            {"actor": actor, "url": f"{actor.url}/confirm/{visitors.confirm_token(found)}"},
            identity=f"{found.id}-{int(found.asked_at.timestamp())}",
        )


def write_new() -> int:
    """Write one letter for each new post and subscriber; returns how many."""
    since = clock.now() - NEW
    things = HubObject.objects.filter(
        published__gt=since,
        deleted_at=None,
        visibility=Visibility.PUBLIC.value,
        in_reply_to="",
        actor__hub__subscribers__state=SubscriberState.ACTIVE,
    ).distinct()
    return sum(_write(thing) for thing in things.select_related("actor"))


@transaction.atomic
def _write(thing: HubObject) -> int:
    readers = Subscriber.objects.filter(
        hub__actors=thing.actor,
        state=SubscriberState.ACTIVE,
        confirmed_at__lte=thing.published,
    ).exclude(letters__thing=thing)
    letters = [Letter(subscriber=reader, thing=thing) for reader in readers]
    Letter.objects.bulk_create(letters, batch_size=500, ignore_conflicts=True)
    return len(letters)


def send_waiting() -> int:
    """Send what nobody claimed; returns how many went out. Stops when the mail server refuses."""
    rows = Letter.objects.filter(sent_at=None, claimed_at=None)
    rows = rows.select_related("subscriber__hub__workspace", "thing__actor")
    sent = 0
    for letter in rows.order_by("id")[:_BATCH]:
        if not Letter.objects.filter(id=letter.id, claimed_at=None).update(claimed_at=clock.now()):
            continue
        try:
            _deliver(letter)
        except (SMTPException, OSError):
            logger.exception("hub.letter_refused", extra={"letter": str(letter.id)})
            Letter.objects.filter(id=letter.id).update(claimed_at=None)
            break
        Letter.objects.filter(id=letter.id).update(sent_at=clock.now())
        sent += 1
    return sent


def _deliver(letter: Letter) -> None:
    """Hand a letter over, unless its reader left or its post is gone meanwhile."""
    reader, thing = letter.subscriber, letter.thing
    if reader.state != SubscriberState.ACTIVE or thing.deleted_at:
        return
    leave = f"{thing.actor.url}/leave/{visitors.leave_token(reader)}"
    with _as_of(reader.hub):
        _send(
            reader.email,
            f"{describing.headline(thing)} – {thing.actor.name}",
            "hub/mail/post.txt",
            {"post": thing, "text": texts.to_text(thing.html), "leave": leave},
            identity=str(letter.id),
            headers={
                "List-Unsubscribe": f"<{leave}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "List-Id": f"<{thing.actor.handle}.{thing.actor.host.partition(':')[0]}>",
            },
        )


# ── events ──


def registered(registration_id: UUID) -> None:
    """Tell somebody that they have a seat, with the link to give it back."""
    rows = Registration.objects.filter(
        id=registration_id, cancelled_at=None, confirmed_mail_at=None
    )
    if not rows.update(confirmed_mail_at=clock.now()):
        return
    subject = gettext_lazy("You are registered: %(event)s")
    try:
        _to_guest(registration_id, subject, "hub/mail/registered.txt")
    except (SMTPException, OSError):
        Registration.objects.filter(id=registration_id).update(confirmed_mail_at=None)
        raise


def remind() -> int:
    """Remind the guests of events that come soon, each once; returns how many."""
    now, count = clock.now(), 0
    waiting = Registration.objects.filter(
        cancelled_at=None,
        reminded_at=None,
        gathering__thing__deleted_at=None,
        gathering__remind_hours__gt=0,
    )
    for one in waiting.select_related("gathering__thing")[:2000]:
        start = read_datetime(str(one.gathering.thing.data.get("start") or ""))
        early = timedelta(hours=one.gathering.remind_hours)
        if start is None or not start - early <= now < start or one.registered_at > start - early:
            continue
        if Registration.objects.filter(id=one.pk, reminded_at=None).update(reminded_at=now):
            count += _reminded(one.pk)
    return count


def _reminded(registration_id: UUID) -> int:
    """1 when the mail server took it; when it refuses, a later round tries again."""
    try:
        _to_guest(registration_id, gettext_lazy("Soon: %(event)s"), "hub/mail/reminder.txt")
    except (SMTPException, OSError):
        logger.exception("hub.reminder_refused", extra={"registration": str(registration_id)})
        Registration.objects.filter(id=registration_id).update(reminded_at=None)
        return 0
    return 1


def _to_guest(registration_id: UUID, subject: Promise, template: str) -> None:
    rows = Registration.objects.select_related("gathering__thing__actor__hub__workspace")
    found = rows.get(id=registration_id)
    thing = found.gathering.thing
    hub = thing.actor.hub
    if hub is None:
        return
    cancel = f"{thing.actor.url}/cancel/{visitors.cancel_token(found)}"
    with _as_of(hub):
        _send(
            found.email,
            str(subject) % {"event": describing.headline(thing)},
            template,
            {"guest": found, "event": thing, "cancel": cancel},
            identity=f"{found.pk}-{template[9]}-{int(found.registered_at.timestamp())}",
        )


def _organisation(hub: Hub) -> HubActor | None:
    return hub.actors.order_by("created_at").first()


def _send(
    address: str,
    subject: str,
    template: str,
    context: Mapping[str, Any],
    *,
    identity: str,
    headers: Mapping[str, str] | None = None,
) -> None:
    host = settings.ENISHI_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    EmailMessage(
        subject=" ".join(subject.split())[:200],
        body=render_to_string(template, dict(context)),
        to=[address],
        headers={
            "Message-ID": f"<{identity}@{host or 'enishi'}>",
            "Auto-Submitted": "auto-generated",
            **(headers or {}),
        },
    ).send()
