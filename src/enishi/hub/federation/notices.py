"""An activity as the log and the inbox know it, for one of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from enishi.hub.federation import actors
from enishi.hub.models import HubActor, RemoteActor
from enishi.kernel import clock
from enishi.vocab import Node
from enishi.vocab.times import write_datetime


@dataclass(frozen=True, slots=True)
class Note:
    """What its channel is going to read."""

    actor: HubActor
    document: dict[str, Any]


def notice(
    activity: Node,
    remote: RemoteActor,
    actor: HubActor,
    reason: str,
    *,
    of: object,
    kind: str = "",
) -> Note:
    """The activity around `of`; its own time counts unless it lies ahead of ours."""
    now = clock.now()
    told = activity.when("published")
    document: dict[str, Any] = {
        "type": kind or activity.type,
        "id": activity.id,
        "published": write_datetime(told if told and told <= now else now),
        "actor": actors.shown(remote),
        "object": of,
    }
    if reason:
        document["enishi:reason"] = reason
    return Note(actor, document)
