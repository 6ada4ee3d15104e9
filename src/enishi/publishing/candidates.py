"""Posts of an account that may be a delivery of unknown outcome, for the person who decides."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.utils.dateparse import parse_datetime

from enishi.channels.contract import ReadsHistory
from enishi.channels.core.matching import EARLIER, Posted
from enishi.channels.errors import AdapterError
from enishi.channels.readback import posted
from enishi.channels.service import open_adapter
from enishi.jobs import registry
from enishi.jobs.actions import enqueue
from enishi.kernel.errors import EnishiError
from enishi.publishing.core.states import DeliveryKind, DeliveryState
from enishi.publishing.models import Delivery
from enishi.publishing.values import CandidateView

logger = logging.getLogger(__name__)
GATHER = "publishing.gather_candidates"
_MOST = 5


def stored(posts: Iterable[Posted]) -> list[dict[str, Any]]:
    """Posts as a delivery keeps them."""
    return [
        {
            "remote_id": post.remote_id,
            "url": post.url,
            "text": post.text,
            "created_at": post.created_at.isoformat(),
            "media": post.media,
        }
        for post in list(posts)[:_MOST]
    ]


def views(delivery: Delivery) -> Iterator[CandidateView]:
    """What a delivery keeps, as it is shown."""
    for item in delivery.candidates:
        created_at = parse_datetime(item["created_at"])
        if created_at is not None:
            yield CandidateView(
                item["remote_id"], item["url"], item["text"], created_at, item["media"]
            )


def gather_later(delivery: Delivery) -> None:
    """Read the account's recent posts soon, unless it is known already what may be it."""
    if not delivery.candidates and delivery.kind not in (DeliveryKind.DELETE, DeliveryKind.EDIT):
        enqueue(
            GATHER,
            {"delivery": str(delivery.id)},
            key=str(delivery.id),
            workspace_id=delivery.workspace_id,
        )


@registry.task(GATHER, attempts=3)
async def gather(payload: dict[str, Any]) -> None:
    """Keep the posts that the account made since the first attempt, the newest first."""
    delivery = await sync_to_async(_waiting)(UUID(payload["delivery"]))
    if delivery is None:
        return
    since = (delivery.first_attempt_at or delivery.planned_at) - EARLIER
    try:
        async with open_adapter(delivery.channel) as adapter:
            if not isinstance(adapter, ReadsHistory):
                return
            page = await adapter.history("")
    except (AdapterError, EnishiError) as error:
        logger.info("delivery.no_candidates", extra={"reason": type(error).__name__})
        return
    found = (post for item in page.items if (post := posted(item)) is not None)
    await sync_to_async(_keep)(delivery, _newest(found, since))


def _waiting(delivery_id: UUID) -> Delivery | None:
    rows = Delivery.objects.filter(id=delivery_id, state=DeliveryState.UNKNOWN.value)
    return rows.select_related("channel").first()


def _newest(posts: Iterable[Posted], since: datetime) -> list[Posted]:
    recent = [post for post in posts if post.created_at >= since]
    return sorted(recent, key=lambda post: post.created_at, reverse=True)


def _keep(delivery: Delivery, posts: list[Posted]) -> None:
    """Leave out what other deliveries are known to be."""
    known = Delivery.objects.filter(
        channel_id=delivery.channel_id, remote_id__in=[post.remote_id for post in posts]
    ).exclude(id=delivery.id)
    taken = set(known.values_list("remote_id", flat=True))
    left = [post for post in posts if post.remote_id not in taken]
    rows = Delivery.objects.filter(id=delivery.id, state=DeliveryState.UNKNOWN.value)
    rows.update(candidates=stored(left))
