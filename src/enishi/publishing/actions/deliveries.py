"""What a person can do about one delivery: try again, look again, decide, take it down."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from enishi.accounts.permissions import Actor, Permission
from enishi.activities import log
from enishi.channels import registry
from enishi.channels.contract import Capability
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError
from enishi.publishing import events, planning, standing
from enishi.publishing.core import keys
from enishi.publishing.core.settling import Reason
from enishi.publishing.core.states import DELIVERY_STATES, DeliveryKind, DeliveryState
from enishi.publishing.errors import no_such_delivery, too_late
from enishi.publishing.models import Delivery
from enishi.publishing.reconciling import before_decision, can_look, is_undoable

_RETRIABLE = frozenset(
    {DeliveryState.FAILED, DeliveryState.HELD, DeliveryState.MISSED, DeliveryState.UNKNOWN}
)
_CHANGING = (DeliveryKind.DELETE.value, DeliveryKind.EDIT.value)
"""Kinds of deliveries that put nothing new on a network."""
_LONGEST_URL = 2000


@transaction.atomic
def retry_delivery(actor: Actor, *, delivery_id: UUID) -> Delivery:
    """Send a delivery that failed, was held or missed, now.

    For one with an unknown outcome this says that the person has looked and it is not there.
    Where the network can be asked, Enishi still looks first.
    """
    delivery = _get(actor, delivery_id)
    return _due_now(actor, delivery, _RETRIABLE)


@transaction.atomic
def check_again(actor: Actor, *, delivery_id: UUID) -> Delivery:
    """Look on the network for a delivery whose outcome is unknown; send it if it is not there."""
    delivery = _get(actor, delivery_id)
    if not can_look(delivery):
        raise ConflictError(
            _("Enishi cannot ask this network."),
            remedy=_("Look there yourself: mark it as published, or send it again."),
        )
    return _due_now(actor, delivery, frozenset({DeliveryState.UNKNOWN}))


@transaction.atomic
def mark_published(actor: Actor, *, delivery_id: UUID, url: str, remote_id: str = "") -> Delivery:
    """Settle a delivery as published: the person has seen it on the network, at `url`.

    The address of a post that looks like it may be left out when its `remote_id` is given.
    An address that is already known to be another post's is refused.
    """
    delivery = _get(actor, delivery_id)
    if delivery.kind in _CHANGING:
        raise too_late(_("Only what was sent anew can be marked as published."))
    url, remote_id = _seen(delivery, url.strip(), remote_id)
    _require_not_anothers(delivery, url, remote_id)
    at = clock.now()
    moved = planning.move(
        [delivery.id],
        DeliveryState.PUBLISHED,
        remote_id=remote_id or url,
        remote_url=url,
        published_at=delivery.first_attempt_at or at,
        reason=Reason.MARKED.value,
        problem="",
    )
    if not moved:
        raise too_late(_("This delivery is not waiting for a decision."))
    return _decided(actor, delivery, "Accept", note=url)


def _seen(delivery: Delivery, url: str, remote_id: str) -> tuple[str, str]:
    """Address and remote id of what the person saw, completed by the candidates."""
    for item in delivery.candidates:
        if (remote_id and item["remote_id"] == remote_id) or (url and item["url"] == url):
            return url or item["url"], item["remote_id"]
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"https", "http"} and bool(parts.hostname)
    except ValueError:
        good = False
    if not good or len(url) > _LONGEST_URL:
        raise InvalidInputError(
            _("Give the address of the post on the network."),
            field="url",
            remedy=_("It begins with https://."),
        )
    return url, remote_id or url


def _require_not_anothers(delivery: Delivery, url: str, remote_id: str) -> None:
    same = Q(remote_id=remote_id) | (Q(remote_url=url) if url else Q())
    others = Delivery.objects.filter(same, channel_id=delivery.channel_id)
    if others.exclude(id=delivery.id).exclude(kind__in=_CHANGING).exists():
        raise ConflictError(
            _("This is the address of another post of yours."),
            field="url",
            remedy=_("Look for the post in question and copy its own address."),
        )


@transaction.atomic
def give_up(actor: Actor, *, delivery_id: UUID) -> Delivery:
    """Stop trying: a delivery with an unknown outcome counts as failed from now on.

    One that waits while a part of it stands, or may, asks what is to be done about that.
    """
    delivery = _get(actor, delivery_id)
    if not _stopped(delivery):
        raise too_late(_("There is nothing to give up."))
    return _decided(actor, delivery, "Remove")


def _stopped(delivery: Delivery) -> int:
    ids, reason = [delivery.id], Reason.GIVEN_UP
    if delivery.state == DeliveryState.UNKNOWN:
        return planning.move(ids, DeliveryState.FAILED, reason=reason.value)
    if delivery.state == DeliveryState.FAILED:
        return planning.move(ids, DeliveryState.CANCELLED, reason=reason.value)
    return standing.stop([delivery], reason)


@transaction.atomic
def undo_decision(actor: Actor, *, delivery_id: UUID) -> Delivery:
    """Take back that a person marked it as published or gave it up: it asks again."""
    delivery = _get(actor, delivery_id)
    if not is_undoable(delivery):
        raise too_late(_("There is no decision to take back."))
    state = before_decision(delivery)
    unknown = state is DeliveryState.UNKNOWN
    moved = Delivery.objects.filter(
        id=delivery.id, state=delivery.state, reason=delivery.reason
    ).update(
        state=state.value,
        reason=(Reason.NOT_CONFIRMED if unknown else Reason.GAVE_UP).value,
        remote_id="",
        remote_url="",
        published_at=None,
    )
    if not moved:
        raise too_late(_("There is no decision to take back."))
    return _decided(actor, delivery, "Undo")


@transaction.atomic
def delete_on_network(actor: Actor, *, delivery_id: UUID) -> Delivery:
    """Take a published post off its network; the deletion is a delivery of its own."""
    delivery = _get(actor, delivery_id)
    if not registry.get(delivery.channel.adapter).manifest.supports(Capability.DELETE):
        raise InvalidInputError(
            _("Enishi cannot delete on this network."),
            field="delivery",
            remedy=_("Delete it there, by hand."),
        )
    if delivery.state != DeliveryState.PUBLISHED or delivery.kind in _CHANGING:
        raise too_late(_("There is nothing on the network to delete."))
    _require_not_being_deleted(delivery)
    _cancel_edits(delivery)
    now = clock.now()
    return Delivery.objects.create(
        workspace_id=delivery.workspace_id,
        post_id=delivery.post_id,
        channel=delivery.channel,
        author_id=actor.user_id,
        kind=DeliveryKind.DELETE.value,
        key=keys.new_key(now),
        target_id=delivery.remote_id,
        planned_at=now,
        due_at=now,
    )


def _cancel_edits(delivery: Delivery) -> None:
    """What is to go away is not changed any more."""
    edits = Delivery.objects.filter(
        channel_id=delivery.channel_id,
        kind=DeliveryKind.EDIT.value,
        target_id=delivery.remote_id,
        state__in=planning.values(DELIVERY_STATES.sources_of(DeliveryState.CANCELLED)),
    )
    edits.update(state=DeliveryState.CANCELLED.value)


def _require_not_being_deleted(delivery: Delivery) -> None:
    waiting = Delivery.objects.filter(
        channel_id=delivery.channel_id,
        kind=DeliveryKind.DELETE.value,
        target_id=delivery.remote_id,
        state__in=planning.values(
            (DeliveryState.SCHEDULED, DeliveryState.PUBLISHING, DeliveryState.HELD)
        ),
    )
    if waiting.exists():
        raise ConflictError(_("It is being deleted already."))


def _get(actor: Actor, delivery_id: UUID) -> Delivery:
    """A delivery of the actor's workspace that the actor may decide about, locked."""
    delivery = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("channel", "post")
        .filter(id=delivery_id, workspace_id=actor.workspace_id)
        .first()
    )
    if delivery is not None and delivery.kind == DeliveryKind.REPLY:
        actor.require(Permission.INBOX_REPLY)
    else:
        actor.require(Permission.POSTS_PUBLISH)
    if delivery is None:
        raise no_such_delivery()
    return delivery


def _due_now(actor: Actor, delivery: Delivery, sources: frozenset[DeliveryState]) -> Delivery:
    now = clock.now()
    moved = Delivery.objects.filter(id=delivery.id, state__in=planning.values(sources)).update(
        state=DeliveryState.SCHEDULED.value,
        planned_at=now,
        due_at=now,
        attempts_before=F("attempts"),
        valid_until=None,
        reason="",
        problem="",
    )
    if not moved:
        raise too_late(_("This delivery is not waiting for a decision."))
    return _decided(actor, delivery, "Add")


def _decided(actor: Actor, delivery: Delivery, verb: str, *, note: str = "") -> Delivery:
    delivery.refresh_from_db()
    if delivery.post is not None:
        planning.refresh_states([delivery.post.id])
        log.record([events.house(actor, verb, delivery.post, note=note, delivery=delivery)])
    return delivery
