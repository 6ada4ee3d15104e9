"""Posts that the account published elsewhere, read back from its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from enishi import vocab
from enishi.channels.models import Channel
from enishi.publishing import planning
from enishi.publishing.core import keys
from enishi.publishing.core.schedule import of_instant
from enishi.publishing.core.states import DeliveryKind, DeliveryState, PostState
from enishi.publishing.models import Delivery, Post, Variant

_CLOSE = timedelta(hours=2)
"""How far from its first attempt a delivery of unknown outcome is still recognised."""


@transaction.atomic
def adopt_published(*, channel: Channel, activities: Sequence[tuple[UUID, vocab.Node]]) -> int:
    """Keep as posts what an account published without Enishi; returns how many were new.

    The system does this while it reads a channel, so there is no actor. Answers to others
    are left to the inbox.
    """
    found = {
        thing.id: (activity, thing)
        for _id, activity in activities
        if (thing := _standing_alone(activity)) is not None
    }
    known = Delivery.objects.filter(channel=channel, remote_id__in=list(found))
    for remote_id in known.values_list("remote_id", flat=True):
        del found[remote_id]
    _recognise(channel, found)
    rows = [_rows(channel, activity, thing) for activity, thing in found.values()]
    Post.objects.bulk_create([post for post, _variant, _delivery in rows], batch_size=500)
    Variant.objects.bulk_create([variant for _post, variant, _delivery in rows], batch_size=500)
    Delivery.objects.bulk_create([delivery for _p, _v, delivery in rows], batch_size=200)
    return len(rows)


def _recognise(channel: Channel, found: dict[str, tuple[vocab.Node, vocab.Node]]) -> None:
    """Settle deliveries of unknown outcome that turn up: same text, at the time they were sent.

    What is recognised is taken out of `found`.
    """
    waiting = Delivery.objects.filter(
        channel=channel, kind=DeliveryKind.PUBLISH.value, state=DeliveryState.UNKNOWN.value
    ).select_related("post")
    for delivery in waiting:
        text = _text_of(delivery)
        for remote_id, (activity, thing) in found.items():
            if text == thing.text("content") and _same_time(delivery, activity):
                _settle(delivery, remote_id, thing)
                del found[remote_id]
                break


def _text_of(delivery: Delivery) -> str:
    post = delivery.post
    if post is None:
        return delivery.text
    variant = Variant.objects.filter(post=post, channel_id=delivery.channel_id).first()
    return (variant.text if variant else "") or post.text


def _same_time(delivery: Delivery, activity: vocab.Node) -> bool:
    at, sent_at = activity.when("published"), delivery.first_attempt_at
    return at is not None and sent_at is not None and abs(at - sent_at) < _CLOSE


def _settle(delivery: Delivery, remote_id: str, thing: vocab.Node) -> None:
    planning.move(
        [delivery.id],
        DeliveryState.PUBLISHED,
        remote_id=remote_id,
        remote_url=_address(thing),
        published_at=delivery.first_attempt_at,
        reason="",
        problem="",
    )
    if delivery.post_id is not None:
        planning.refresh_states([delivery.post_id])


def _standing_alone(activity: vocab.Node) -> vocab.Node | None:
    """The post in a Create, unless it answers somebody or says nothing of its time."""
    thing = activity.node("object")
    if activity.type != "Create" or thing is None or not thing.id:
        return None
    if thing.ref("inReplyTo") or activity.when("published") is None:
        return None
    return thing


def _rows(
    channel: Channel, activity: vocab.Node, thing: vocab.Node
) -> tuple[Post, Variant, Delivery]:
    at = activity.when("published")
    assert at is not None  # noqa: S101 - checked when it was chosen
    slot = of_instant(at, channel.workspace.time_zone)
    post = Post(
        workspace_id=channel.workspace_id,
        text=thing.text("content") or thing.text("name"),
        state=PostState.PUBLISHED.value,
        due_at=at,
        wall_time=slot.wall_time,
        time_zone=slot.time_zone,
        adopted=True,
    )
    delivery = Delivery(
        workspace_id=channel.workspace_id,
        post=post,
        channel=channel,
        kind=DeliveryKind.PUBLISH.value,
        state=DeliveryState.PUBLISHED.value,
        key=keys.new_key(at),
        planned_at=at,
        due_at=at,
        remote_id=thing.id,
        remote_url=_address(thing),
        published_at=at,
    )
    return post, Variant(post=post, channel=channel), delivery


def _address(thing: vocab.Node) -> str:
    url = thing.get("url")
    if isinstance(url, vocab.Node):
        return url.ref("href") or url.id
    return url or ""
