"""Answering people: a reply is a delivery like any other."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enishi.accounts.permissions import Actor, Permission
from enishi.channels import registry
from enishi.channels.contract import Capability, Outgoing, Reference
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError
from enishi.publishing import checking
from enishi.publishing.actions.posts import require_channels
from enishi.publishing.core import keys, schedule
from enishi.publishing.core.states import DeliveryKind
from enishi.publishing.home import workspace_of
from enishi.publishing.models import Delivery
from enishi.publishing.validation import refusal


@transaction.atomic
def send_reply(
    actor: Actor, *, channel_id: UUID, in_reply_to: Reference, text: str, language: str = ""
) -> Delivery:
    """Send an answer to something that was said on a channel; it goes out at once."""
    actor.require(Permission.INBOX_REPLY)
    channel = require_channels(actor, [channel_id])[channel_id]
    workspace = workspace_of(actor)
    slot = schedule.of_instant(clock.now(), workspace.time_zone)
    delivery = Delivery(
        workspace_id=actor.workspace_id,
        channel=channel,
        author_id=actor.user_id,
        kind=DeliveryKind.REPLY.value,
        key=keys.new_key(slot.due_at),
        text=text.strip(),
        language=language or workspace.language,
        in_reply_to={"remote_id": in_reply_to.remote_id, "extra": dict(in_reply_to.extra)},
        planned_at=slot.due_at,
        due_at=slot.due_at,
        wall_time=slot.wall_time,
        time_zone=slot.time_zone,
    )
    _require_sendable(channel, delivery, in_reply_to)
    delivery.save(force_insert=True)
    return delivery


def _require_sendable(channel: Channel, delivery: Delivery, in_reply_to: Reference) -> None:
    if not registry.get(channel.adapter).manifest.supports(Capability.REPLY):
        raise InvalidInputError(_("Nobody can be answered on this channel."), field="channel")
    outgoing = Outgoing(
        key=delivery.key,
        text=delivery.text,
        created_at=delivery.planned_at,
        in_reply_to=in_reply_to,
    )
    check = checking.check(channel, outgoing)
    if check.problems:
        raise refusal(list(check.problems), [check])
