"""What of the log is news for people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from enishi.activities import signals
from enishi.activities.log import NewActivity
from enishi.notifications import audience, slot_news
from enishi.notifications.actions import News, tell
from enishi.notifications.core.kinds import Kind
from enishi.publishing.core.settling import Reason
from enishi.publishing.core.states import DeliveryKind, DeliveryState
from enishi.publishing.models import Delivery

_EXCERPT = 120
_URN = "urn:uuid:"
_TROUBLE = frozenset({"Reject", "Flag"})
_KINDS = {
    DeliveryState.FAILED: Kind.DELIVERY_FAILED,
    DeliveryState.UNKNOWN: Kind.DELIVERY_UNKNOWN,
    DeliveryState.MISSED: Kind.DELIVERY_MISSED,
    DeliveryState.HELD: Kind.DELIVERY_HELD,
}
_WORTH_TELLING = frozenset({Reason.RECONNECT, Reason.DISCONNECTED, Reason.STALE})
"""What is held because somebody paused or has not activated a channel is news to nobody."""


@receiver(signals.recorded)
def tell_people(*, activities: Sequence[NewActivity], **_more: Any) -> None:
    """Deliveries that stopped, slots nobody filled in, conversations given to somebody."""
    stopped = [item for item in activities if _stops(item)]
    if stopped:
        tell(_of_deliveries(stopped))
    slots = [item for item in activities if slot_news.is_news(item)]
    if slots:
        tell(slot_news.of_slots(slots))
    given = [item for item in activities if item.type == "Offer" and item.target_key]
    if given:
        tell(_of_conversations(given))


def _stops(activity: NewActivity) -> bool:
    if activity.type not in _TROUBLE or "enishi:delivery" not in activity.document:
        return False
    held = activity.document.get("enishi:state") == DeliveryState.HELD
    return not held or activity.document.get("enishi:reason") in _WORTH_TELLING


def _of_deliveries(activities: Iterable[NewActivity]) -> list[News]:
    """One piece of news for each channel and reason, however many deliveries it stopped."""
    found = {str(item.document["enishi:delivery"]): item for item in activities}
    rows = Delivery.objects.select_related("channel", "post").filter(id__in=list(found))
    groups: dict[tuple[UUID, Kind, str], list[Delivery]] = defaultdict(list)
    for row in rows:
        document = found[str(row.id)].document
        kind = _KINDS[DeliveryState(document["enishi:state"])]
        groups[row.channel_id, kind, str(document["enishi:reason"])].append(row)
    workspaces = {row.workspace_id for row in rows}
    able = audience.members_with(audience.ABLE[Kind.DELIVERY_FAILED], workspaces)
    belong = audience.members(workspaces)
    return [
        _stopped(kind, reason, rows, able.get(rows[0].workspace_id, frozenset()), belong)
        for (_channel, kind, reason), rows in groups.items()
    ]


def _stopped(
    kind: Kind,
    reason: str,
    rows: Sequence[Delivery],
    able: frozenset[UUID],
    belong: frozenset[tuple[UUID, UUID]],
) -> News:
    last = rows[-1]
    authors = {
        row.author_id
        for row in rows
        if row.author_id and (row.workspace_id, row.author_id) in belong
    }
    reconnect = reason in {Reason.RECONNECT, Reason.DISCONNECTED}
    state = next(state for state, of in _KINDS.items() if of is kind)
    return News(
        workspace_id=last.workspace_id,
        kind=kind,
        cause=f"{kind}:{last.channel_id}:{reason}",
        user_ids=able | authors,
        path=f"channels/{last.channel_id}/" if reconnect else _place(last),
        path_of_many="" if reconnect else "posts/?show=attention",
        parameters={
            "channel": str(last.channel),
            "state": state.value,
            "reason": reason,
            "text": _text(last)[:_EXCERPT],
        },
        count=len(rows),
    )


def _place(delivery: Delivery) -> str:
    if delivery.kind == DeliveryKind.REPLY or delivery.post_id is None:
        return "inbox/?trouble=1"
    return f"posts/{delivery.post_id}/"


def _text(delivery: Delivery) -> str:
    return delivery.text or (delivery.post.text if delivery.post else "")


def _of_conversations(activities: Iterable[NewActivity]) -> list[News]:
    """Whoever gives a conversation to themselves knows it already."""
    return [
        News(
            workspace_id=item.workspace_id,
            kind=Kind.CONVERSATION_ASSIGNED,
            cause=f"{Kind.CONVERSATION_ASSIGNED}:{item.target_key}",
            user_ids=[UUID(item.target_key.removeprefix(_URN))],
            path=f"inbox/{item.object_key.removeprefix(_URN)}/",
            path_of_many="inbox/?assignee=me",
            parameters={"who": item.actor_name, "name": _name(item)},
        )
        for item in activities
        if item.object_type == "Collection"
        and item.target_key.startswith(_URN)
        and item.target_key != item.actor_key
    ]


def _name(activity: NewActivity) -> str:
    named = activity.document.get("object")
    return str(named.get("name", "")) if isinstance(named, dict) else ""
