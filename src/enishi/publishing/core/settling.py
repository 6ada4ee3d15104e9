"""What follows from how an attempt ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from enishi.jobs.core.retry import Backoff, decide_retry
from enishi.publishing.core.states import DeliveryState, Outcome

BACKOFF = Backoff(first=timedelta(seconds=15), longest=timedelta(minutes=30), attempts=9)
"""About an hour of trying before a person is asked."""
_RATE_LIMIT_WAIT = timedelta(seconds=60)


class Reason(StrEnum):
    """Why a delivery is where it is. The words for people are in `wording`."""

    NONE = ""
    RETRYING = "retrying"
    RATE_LIMITED = "rate_limited"
    LOOKING = "looking"
    INTERRUPTED = "interrupted"
    REFUSED = "refused"
    GAVE_UP = "gave_up"
    GIVEN_UP = "given_up"
    NOT_CONFIRMED = "not_confirmed"
    PARTLY = "partly"
    LATE = "late"
    STALE = "stale"
    RECONNECT = "reconnect"
    PAUSED = "paused"
    PAUSED_ALL = "paused_all"
    DRAFT_CHANNEL = "draft_channel"
    DISCONNECTED = "disconnected"
    MARKED = "marked"


@dataclass(frozen=True, slots=True)
class Settlement:
    """The next state of a delivery, and when it is due again if it is."""

    state: DeliveryState
    reason: Reason = Reason.NONE
    due_at: datetime | None = None


def settle(
    outcome: Outcome,
    *,
    attempts: int,
    now: datetime,
    jitter: float,
    asked: timedelta | None = None,
    can_look: bool = True,
    may_have_arrived: bool = True,
) -> Settlement:
    """Decide what becomes of a delivery after an attempt.

    `attempts` counts those since a person last decided. An unknown outcome is never sent
    again blindly: the delivery becomes due again because the next attempt looks first, and
    stops at *unknown* when looking is impossible or does not help. `may_have_arrived` says
    whether any attempt was sent without a clear answer.
    """
    if outcome in _FINAL:
        return _FINAL[outcome]
    if outcome is Outcome.NOT_SENT and attempts < BACKOFF.attempts:
        return Settlement(DeliveryState.SCHEDULED, Reason.RETRYING, now)
    if outcome is Outcome.INTERRUPTED and can_look and attempts < BACKOFF.attempts:
        return Settlement(DeliveryState.SCHEDULED, Reason.INTERRUPTED, now)
    if outcome is Outcome.RATE_LIMITED:
        wait = max(asked or _RATE_LIMIT_WAIT, timedelta(seconds=1)) * (1 + jitter / 10)
        return Settlement(DeliveryState.SCHEDULED, Reason.RATE_LIMITED, now + wait)
    unknown = outcome in _UNCLEAR
    decision = decide_retry(attempts, BACKOFF, jitter=jitter, asked=asked)
    if decision.wait is None or (unknown and not can_look):
        return _STOPPED[unknown and may_have_arrived]
    reason = Reason.LOOKING if unknown else Reason.RETRYING
    return Settlement(DeliveryState.SCHEDULED, reason, now + decision.wait)


_UNCLEAR = frozenset({Outcome.UNKNOWN, Outcome.INTERRUPTED, Outcome.BLIND, Outcome.NOT_SENT})
"""After these the delivery may stand on the network, if it may have before."""

_FINAL = {
    Outcome.DONE: Settlement(DeliveryState.PUBLISHED),
    Outcome.FOUND: Settlement(DeliveryState.PUBLISHED),
    Outcome.REFUSED: Settlement(DeliveryState.FAILED, Reason.REFUSED),
    Outcome.AUTH_EXPIRED: Settlement(DeliveryState.HELD, Reason.RECONNECT),
    Outcome.LATE: Settlement(DeliveryState.MISSED, Reason.LATE),
    Outcome.UNCERTAIN: Settlement(DeliveryState.UNKNOWN, Reason.NOT_CONFIRMED),
    Outcome.PAUSED: Settlement(DeliveryState.HELD, Reason.PAUSED_ALL),
}
_STOPPED = {
    True: Settlement(DeliveryState.UNKNOWN, Reason.NOT_CONFIRMED),
    False: Settlement(DeliveryState.FAILED, Reason.GAVE_UP),
}
