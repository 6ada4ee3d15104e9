"""The desk of the roaster: what is planned, what is begun, who still waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from enishi.accounts.permissions import Actor
from enishi.channels.models import Channel
from enishi.inbox import actions as inbox
from enishi.inbox.models import Conversation
from enishi.publishing import actions as publishing
from enishi.publishing.actions import PostInput, VariantInput
from enishi.sample.writing import ZONE, brand

_FRESH = timedelta(days=3)
_SLOTS = ((8, 0), (19, 30), (12, 15))
_BATCH = 200


def settle(actor: Actor, channels: Sequence[Channel], now: datetime) -> None:
    """Everything older than three days was dealt with; of the rest, two are in hand."""
    rows = Conversation.objects.filter(channel__in=channels)
    old = list(rows.filter(last_message_at__lt=now - _FRESH).values_list("id", flat=True))
    for start in range(0, len(old), _BATCH):
        some = old[start : start + _BATCH]
        inbox.mark_read(actor, conversation_ids=some)
        inbox.resolve(actor, conversation_ids=some)
    waiting = rows.exclude(id__in=old).order_by("last_message_at")
    for conversation in waiting[:2]:
        inbox.assign(actor, conversation_id=conversation.id, user_id=actor.user_id)
    first = waiting.first()
    if first is not None:
        language = channels[0].workspace.language
        inbox.add_note(
            actor, conversation_id=first.id, text=brand().words("plan", "note", language)
        )


def plan_posts(actor: Actor, channels: Sequence[Channel], now: datetime) -> None:
    """Posts for the coming days, and drafts that still miss something."""
    for channel, account in zip(channels, brand().accounts, strict=True):
        language = account["language"]
        for number, text in enumerate(brand().data["upcoming"][language]):
            post = publishing.create_post(actor, content=_content(channel, text, language))
            moment = _slot(now, number, step=7 / account["posts_per_week"])
            publishing.schedule_post(actor, post_id=post.id, at=moment, time_zone=str(ZONE))
        for text in brand().data["drafts"][language]:
            publishing.create_post(actor, content=_content(channel, text, language))


def _content(channel: Channel, text: str, language: str) -> PostInput:
    return PostInput(text=text, language=language, channels=[VariantInput(channel.id)])


def _slot(now: datetime, number: int, *, step: float) -> str:
    """The next mornings, evenings and noons, as wall-clock time."""
    hour, minute = _SLOTS[number % len(_SLOTS)]
    day = now.astimezone(ZONE).date() + timedelta(days=1 + round(number * step))
    return f"{day.isoformat()}T{hour:02}:{minute:02}"
