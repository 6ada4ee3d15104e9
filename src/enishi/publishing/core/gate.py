"""Whether something that is due may go out now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from enishi.channels.core.lifecycle import ChannelState
from enishi.publishing.core.schedule import MISSED_AFTER, is_missed
from enishi.publishing.core.settling import Reason
from enishi.publishing.core.states import DeliveryKind, DeliveryState


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where it goes instead, and why; `PASS` lets it through."""

    state: DeliveryState
    reason: Reason


PASS = Verdict(DeliveryState.PUBLISHING, Reason.NONE)

_SHUT: dict[str, Reason] = {
    ChannelState.PAUSED: Reason.PAUSED,
    ChannelState.RECONNECT: Reason.RECONNECT,
    ChannelState.ARCHIVED: Reason.DISCONNECTED,
}

RELEASED_BY_CHANNEL = frozenset({*_SHUT.values(), Reason.DRAFT_CHANNEL})
"""What is held for these reasons goes on by itself when its channel is active again."""


def judge(
    *,
    kind: str,
    channel_state: str,
    planned_at: datetime,
    valid_until: datetime | None,
    first: bool,
    now: datetime,
    paused: bool = False,
    missed_after: timedelta = MISSED_AFTER,
) -> Verdict:
    """Decide about one due delivery.

    Being late is judged for first attempts only: what was attempted before may stand on
    the network already, so it has to be looked for first.
    """
    if reason := _SHUT.get(channel_state):
        return Verdict(DeliveryState.HELD, reason)
    if kind != DeliveryKind.PUBLISH:
        return PASS
    if paused or channel_state == ChannelState.DRAFT:
        return Verdict(DeliveryState.HELD, Reason.PAUSED_ALL if paused else Reason.DRAFT_CHANNEL)
    if first and valid_until is not None and now > valid_until:
        return Verdict(DeliveryState.HELD, Reason.STALE)
    if first and is_missed(planned_at, now, missed_after):
        return Verdict(DeliveryState.MISSED, Reason.LATE)
    return PASS
