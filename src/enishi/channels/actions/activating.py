"""The activation list (R042), owners (R045) and the promised cadence."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enishi.accounts.models import Membership
from enishi.accounts.permissions import Actor, Via
from enishi.channels import events, health
from enishi.channels.actions import finding
from enishi.channels.core.lifecycle import ChannelState, Item, ItemState
from enishi.channels.models import ActivationItem, Channel
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError

MAX_POSTS_PER_WEEK = 500
_LIVING = {ChannelState.DRAFT, ChannelState.ACTIVE}


@dataclass(frozen=True, slots=True)
class Plan:
    """The answers to the five points; what is empty stays as it is."""

    objective: str = ""
    audience: str = ""
    policy: str = ""
    posts_per_week: int | None = None
    waive_rest: str = ""
    """A reason: waives every point that is still open."""


@transaction.atomic
def set_activation(
    actor: Actor,
    channel_id: UUID,
    *,
    item: str,
    state: str,
    note: str = "",
    reference: UUID | None = None,
) -> Channel:
    """Settle one point of the activation list: set it, waive it with a reason, or reopen it."""
    channel = finding.managed(actor, channel_id)
    _settle_item(actor, channel, _item(item), _state(state), note, reference)
    return _settled(channel)


@transaction.atomic
def set_cadence(actor: Actor, channel_id: UUID, *, posts_per_week: int | None) -> Channel:
    """Promise how often the channel posts; None takes the promise back."""
    channel = finding.managed(actor, channel_id)
    _set_cadence(actor, channel, posts_per_week)
    return _settled(channel)


@transaction.atomic
def set_owners(
    actor: Actor, channel_id: UUID, *, owner_id: UUID | None, backup_owner_id: UUID | None
) -> Channel:
    """Say who answers for the channel, and who when they are away."""
    channel = finding.managed(actor, channel_id)
    if owner_id is not None and owner_id == backup_owner_id:
        raise InvalidInputError(
            _("Owner and backup must be different people."), field="backup_owner_id"
        )
    channel.owner_id = _member(channel, owner_id, "owner_id")
    channel.backup_owner_id = _member(channel, backup_owner_id, "backup_owner_id")
    channel.save(update_fields=["owner", "backup_owner"])
    events.record(actor, "Update", channel, "owners")
    return _settled(channel)


@transaction.atomic
def activate(actor: Actor, channel_id: UUID, plan: Plan) -> Channel:
    """Answer the whole list at once."""
    channel = finding.managed(actor, channel_id)
    answers = {
        Item.OBJECTIVE: plan.objective,
        Item.AUDIENCE: plan.audience,
        Item.POLICY: plan.policy,
    }
    for item, answer in answers.items():
        if answer.strip():
            _settle_item(actor, channel, item, ItemState.SET, answer)
    if plan.posts_per_week is not None:
        _set_cadence(actor, channel, plan.posts_per_week)
    if plan.waive_rest.strip():
        for item, state in finding.items_of(channel).items():
            if state is ItemState.OPEN:
                _settle_item(actor, channel, item, ItemState.WAIVED, plan.waive_rest)
    return _settled(channel)


def _settle_item(
    actor: Actor,
    channel: Channel,
    item: Item,
    state: ItemState,
    note: str,
    reference: UUID | None = None,
) -> None:
    text = note.strip()
    if state is ItemState.WAIVED and not text:
        raise InvalidInputError(_("Say why this point is waived."), field="note")
    if state is ItemState.SET and not text and reference is None:
        raise InvalidInputError(_("Say in a few words what was decided."), field="note")
    ActivationItem.objects.update_or_create(
        channel=channel,
        item=item.value,
        defaults={
            "state": state.value,
            "note": text,
            "reference": reference,
            "by_id": None if actor.via is Via.SYSTEM else actor.user_id,
            "at": clock.now(),
        },
    )
    events.record(actor, "Accept", channel, f"{item.value}: {state.value} {text}".strip())


def _set_cadence(actor: Actor, channel: Channel, posts_per_week: int | None) -> None:
    if posts_per_week is not None and not 1 <= posts_per_week <= MAX_POSTS_PER_WEEK:
        raise InvalidInputError(
            _("Posts per week must be between 1 and %(max)d.") % {"max": MAX_POSTS_PER_WEEK},
            field="posts_per_week",
        )
    channel.posts_per_week = posts_per_week
    channel.save(update_fields=["posts_per_week"])
    events.record(actor, "Update", channel, f"cadence: {posts_per_week or '-'}")


def _settled(channel: Channel) -> Channel:
    """Draft or active follows from the list; paused and broken channels stay what they are."""
    if ChannelState(channel.state) in _LIVING:
        health.change_state(channel.id, finding.working_state(channel))
    channel.refresh_from_db()
    return channel


def _member(channel: Channel, user_id: UUID | None, field: str) -> UUID | None:
    if user_id is None:
        return None
    rows = Membership.objects.filter(workspace_id=channel.workspace_id, user_id=user_id)
    if not rows.exists():
        raise InvalidInputError(_("This person is not a member of the workspace."), field=field)
    return user_id


def _item(value: str) -> Item:
    try:
        return Item(value)
    except ValueError as error:
        raise InvalidInputError(
            _("The list has no such point."), field="item", remedy=", ".join(Item)
        ) from error


def _state(value: str) -> ItemState:
    try:
        return ItemState(value)
    except ValueError as error:
        raise InvalidInputError(
            _("A point can be open, set or waived."), field="state", remedy=", ".join(ItemState)
        ) from error
