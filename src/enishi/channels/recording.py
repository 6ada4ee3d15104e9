"""From what an adapter read to rows of the log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from enishi.activities.log import Direction, NewActivity, NewObservation
from enishi.channels.contract import Metric
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.vocab import Node


def inbound(channel: Channel, activity: Node) -> NewActivity:
    """Something that somebody did to the account. Its key is the network's id of the act."""
    return _row(channel, activity, key=activity.id, direction=Direction.INBOUND)


def own(channel: Channel, activity: Node) -> NewActivity:
    """Something that the account itself published. Its key is the post's own id.

    Publishing records a delivery under the same key and time, so that reading one's own post
    back adds nothing.
    """
    key = activity.ref("object") if activity.type == "Create" else activity.id
    return _row(channel, activity, key=key or activity.id, direction=Direction.OUTBOUND)


def observations(channel: Channel, metrics: Iterable[Metric]) -> list[NewObservation]:
    """Measured values of the account and of its posts."""
    return [
        NewObservation(
            workspace_id=channel.workspace_id,
            channel_id=channel.id,
            subject=metric.subject,
            metric=metric.metric,
            value=metric.value,
            observed_at=metric.observed_at,
            source=str(channel.id),
        )
        for metric in metrics
    ]


def _row(channel: Channel, activity: Node, *, key: str, direction: Direction) -> NewActivity:
    thing, actor = activity.node("object"), activity.node("actor")
    language = _language(thing)
    return NewActivity(
        workspace_id=channel.workspace_id,
        type=activity.type,
        key=key,
        source=str(channel.id),
        occurred_at=_moment(activity, thing),
        channel_id=channel.id,
        direction=direction,
        actor_key=activity.ref("actor"),
        actor_name=actor.text("name") or actor.text("preferredUsername") if actor else "",
        object_type=thing.type if thing else "",
        object_key=_object_key(activity, thing),
        target_key=_target_key(thing, direction),
        text=(thing.text("content", language) or thing.text("name")) if thing else "",
        language=language,
        document=activity.json(),
    )


def _moment(activity: Node, thing: Node | None) -> datetime:
    """A post's own time, else the act's, else now."""
    own_time = thing.when("published") if thing and activity.type == "Create" else None
    return own_time or activity.when("published") or clock.now()


def _object_key(activity: Node, thing: Node | None) -> str:
    """What was acted on; for something undone, what the undone act was about."""
    if activity.type == "Undo" and thing is not None:
        return thing.ref("object") or thing.id
    return activity.ref("object")


def _target_key(thing: Node | None, direction: Direction) -> str:
    """What a post answers. To quote us is to answer us; a quote of our own is a post."""
    if thing is None:
        return ""
    quoted = thing.ref("quoteUrl") if direction is Direction.INBOUND else ""
    return thing.ref("inReplyTo") or quoted


def _language(thing: Node | None) -> str:
    translations = thing.raw("contentMap") if thing else None
    return str(next(iter(translations), "")) if isinstance(translations, dict) else ""
