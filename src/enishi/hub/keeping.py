"""What members do about the public site: looks, links, comments, events. All writes are here."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.activities import log
from enishi.activities.events import NewActivity
from enishi.hub import moderation, visitors
from enishi.hub.models import (
    Comment,
    CommentState,
    Gathering,
    Hub,
    HubActor,
    HubLink,
    HubObject,
    Registration,
    Theme,
)
from enishi.hub.protocol import texts
from enishi.hub.site import colours
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError, NotFoundError
from enishi.kernel.ids import new_id
from enishi.publishing import actions as publishing
from enishi.publishing import media
from enishi.publishing.core.content import PostInput, VariantInput
from enishi.vocab import build
from enishi.vocab.times import write_datetime


def hub_of(actor: Actor) -> Hub:
    """The hub of the actor's workspace."""
    found = Hub.objects.filter(workspace_id=actor.workspace_id).first()
    if found is None:
        raise NotFoundError(_("This workspace has no hub."))
    return found


def organisation(hub: Hub) -> HubActor:
    """The account that a hub began with."""
    found = hub.actors.select_related("hub__workspace", "channel").order_by("created_at").first()
    if found is None:
        raise NotFoundError(_("This hub has no account."))
    return found


def theme_of(hub: Hub) -> Theme:
    return getattr(hub, "theme", None) or Theme(hub=hub)


# ── looks ──


@dataclass(frozen=True, slots=True)
class Looks:
    """Everything of the form; pictures that are None stay as they are."""

    name: str
    accent: str
    scheme: str = "auto"
    tagline: str = ""
    about: str = ""
    website: str = ""
    footer: str = ""
    cover_alt: str = ""
    comments_open: bool = True
    letters_open: bool = True
    discoverable: bool = True
    logo: UploadedFile[Any] | None = None
    cover: UploadedFile[Any] | None = None


@transaction.atomic
def save_looks(actor: Actor, looks: Looks) -> Theme:
    """Keep how the hub looks; followers hear of a new name, picture or description."""
    actor.require(Permission.CHANNELS_MANAGE)
    hub = hub_of(actor)
    account, theme = organisation(hub), theme_of(hub)
    try:
        theme.accent = colours.parse(looks.accent)
    except ValueError as error:
        raise InvalidInputError(_("A colour looks like #0f6a73."), field="accent") from error
    for name in ("scheme", "tagline", "website", "footer", "cover_alt"):
        setattr(theme, name, getattr(looks, name))
    theme.comments_open, theme.letters_open = looks.comments_open, looks.letters_open
    if looks.cover is not None:
        theme.cover = _stored(looks.cover, "cover")[0]
    theme.save()
    account.name, account.discoverable = looks.name, looks.discoverable
    account.summary = texts.to_html(looks.about)
    if looks.logo is not None:
        account.icon, account.icon_type = _stored(looks.logo, "logo")
    account.save(update_fields=["name", "discoverable", "summary", "icon", "icon_type"])
    moderation.announce(account)
    return theme


def _stored(upload: UploadedFile[Any], field: str) -> tuple[str, str]:
    """A picture at its public place, written anew without metadata."""
    try:
        picture = media.prepare(upload.read())
    except InvalidInputError as error:
        raise InvalidInputError(str(error), field=field, remedy=error.remedy) from error
    path = f"{picture.sha256[:2]}/{picture.sha256}.{picture.extension}"
    media.store(f"hub/{path}", picture.content)
    return path, picture.media_type


# ── links ──


@transaction.atomic
def add_link(actor: Actor, *, title: str, url: str) -> HubLink:
    """A further line at the end of the link page."""
    actor.require(Permission.CHANNELS_MANAGE)
    hub = hub_of(actor)
    if not url.startswith(("https://", "http://")):
        raise InvalidInputError(_("An address begins with https://."), field="url")
    last = hub.links.aggregate(last=Max("position"))["last"] or 0
    return HubLink.objects.create(hub=hub, title=title, url=url, position=last + 1)


@transaction.atomic
def move_link(actor: Actor, *, link_id: UUID, up: bool) -> None:
    """Exchange a link with its neighbour."""
    actor.require(Permission.CHANNELS_MANAGE)
    rows = list(hub_of(actor).links.select_for_update())
    at = next((at for at, link in enumerate(rows) if link.id == link_id), None)
    if at is None:
        raise NotFoundError(_("There is no such link."))
    other = at - 1 if up else at + 1
    if 0 <= other < len(rows):
        rows[at], rows[other] = rows[other], rows[at]
    for position, link in enumerate(rows, 1):
        HubLink.objects.filter(id=link.id).update(position=position)


@transaction.atomic
def remove_link(actor: Actor, *, link_id: UUID) -> None:
    actor.require(Permission.CHANNELS_MANAGE)
    hub_of(actor).links.filter(id=link_id).delete()


# ── comments ──


def comments(actor: Actor, state: str) -> Sequence[Comment]:
    """The comments in a state, the newest first."""
    actor.require(Permission.INBOX_VIEW)
    rows = Comment.objects.filter(thing__actor__hub__workspace_id=actor.workspace_id, state=state)
    return list(rows.select_related("thing__actor").order_by("-created_at")[:100])


@transaction.atomic
def decide_comment(actor: Actor, *, comment_id: UUID, show: bool) -> Comment:
    """Put a comment on its page, or refuse it; both can be changed later."""
    actor.require(Permission.INBOX_MANAGE)
    rows = Comment.objects.select_for_update().filter(
        id=comment_id, thing__actor__hub__workspace_id=actor.workspace_id
    )
    found = rows.first()
    if found is None:
        raise NotFoundError(_("There is no such comment."))
    wanted = CommentState.SHOWN if show else CommentState.REFUSED
    if found.state == wanted:
        return found
    change = 1 if show else -1 if found.state == CommentState.SHOWN else 0
    found.state, found.decided_at = wanted.value, clock.now()
    found.save(update_fields=["state", "decided_at"])
    HubObject.objects.filter(id=found.thing_id).update(replies=F("replies") + change)
    _note_decision(actor, found, "Accept" if show else "Reject")
    return found


def _note_decision(actor: Actor, found: Comment, verb: str) -> None:
    uri, now = visitors.comment_uri(found), clock.now()
    activity = NewActivity(
        workspace_id=actor.workspace_id,
        type=verb,
        key=f"comment:{new_id()}",
        source="enishi",
        occurred_at=now,
        actor_name=actor.name,
        object_type="Note",
        object_key=uri,
        target_key=found.thing.uri,
        user_id=actor.user_id,
        via=actor.via.value,
        document=build(verb, object=uri, target=found.thing.uri, published=now).json(),
    )
    log.record([activity])


# ── events ──


def events(actor: Actor) -> Sequence[HubObject]:
    """The events of the hub, the newest first."""
    actor.require(Permission.POSTS_VIEW)
    rows = HubObject.objects.filter(
        actor__hub__workspace_id=actor.workspace_id, type="Event", deleted_at=None
    )
    return list(rows.select_related("actor", "gathering").order_by("-published")[:100])


def event(actor: Actor, event_id: UUID) -> HubObject:
    """One event. NotFoundError for those of others."""
    actor.require(Permission.POSTS_VIEW)
    rows = HubObject.objects.select_related("actor").filter(
        id=event_id, type="Event", actor__hub__workspace_id=actor.workspace_id, deleted_at=None
    )
    found = rows.first()
    if found is None:
        raise NotFoundError(_("There is no such event."))
    return found


@dataclass(frozen=True, slots=True)
class Invitation:
    """A new event."""

    title: str
    text: str
    start: datetime
    end: datetime | None = None
    place: str = ""


@transaction.atomic
def invite(actor: Actor, invitation: Invitation) -> UUID:
    """Publish an event as a post of the hub's channel; returns the post's id."""
    if invitation.end is not None and invitation.end <= invitation.start:
        raise InvalidInputError(_("It ends before it begins."), field="end")
    account = organisation(hub_of(actor))
    if account.channel_id is None:
        raise NotFoundError(_("The hub has no channel."))
    options = {
        "title": invitation.title,
        "starts": write_datetime(invitation.start),
        "ends": write_datetime(invitation.end) if invitation.end else "",
        "place": invitation.place,
    }
    variant = VariantInput(account.channel_id, options={k: v for k, v in options.items() if v})
    post = publishing.create_post(
        actor, content=PostInput(text=invitation.text, channels=(variant,))
    )
    publishing.publish_now(actor, post_id=post.id)
    return post.id


@transaction.atomic
def open_registration(
    actor: Actor,
    *,
    event_id: UUID,
    capacity: int | None,
    consent: str,
    remind_hours: int,
    is_open: bool,
) -> Gathering:
    """Say how many may come and what they agree to."""
    actor.require(Permission.CHANNELS_MANAGE)
    found, _is_new = Gathering.objects.update_or_create(
        thing=event(actor, event_id),
        defaults={
            "capacity": capacity,
            "consent": consent,
            "remind_hours": remind_hours,
            "is_open": is_open,
        },
    )
    return found


@transaction.atomic
def note_attendance(actor: Actor, *, event_id: UUID, registration_id: UUID, came: bool) -> None:
    """Note who came; counted into the log once."""
    actor.require(Permission.INBOX_MANAGE)
    thing = event(actor, event_id)
    rows = Registration.objects.filter(
        id=registration_id, gathering__thing=thing, cancelled_at=None, attended_at__isnull=came
    )
    guest = rows.select_related("gathering").first()
    if guest is None:
        return
    rows.update(attended_at=clock.now() if came else None)
    visitors.about_guest(guest, "Join" if came else "Undo", thing)


def guests(actor: Actor, event_id: UUID) -> Sequence[Registration]:
    """Who registered, in their order; those who cancelled at the end."""
    actor.require(Permission.INBOX_VIEW)
    rows = Registration.objects.filter(gathering__thing=event(actor, event_id))
    return list(rows.order_by(F("cancelled_at").asc(nulls_first=True), "registered_at"))


def guest_list(actor: Actor, event_id: UUID) -> str:
    """The list of guests as CSV; no cell begins a formula."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(
        [
            "name",
            "email",
            "note",
            "registered_at",
            "cancelled_at",
            "attended_at",
            "consent",
            "log_key",
        ]
    )
    for one in guests(actor, event_id):
        times = [one.registered_at, one.cancelled_at, one.attended_at]
        shown = [write_datetime(at) if at else "" for at in times]
        rows.writerow(
            [
                _cell(one.name),
                _cell(one.email),
                _cell(one.note),
                *shown,
                _cell(one.consent),
                f"guest:{one.pk}",
            ]
        )
    return written.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text
