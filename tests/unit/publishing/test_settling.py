from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from enishi.publishing.core.settling import BACKOFF, Reason, settle
from enishi.publishing.core.states import DELIVERY_STATES, DeliveryState, Outcome

NOW = datetime(2027, 1, 1, tzinfo=UTC)
LAST = BACKOFF.attempts


@pytest.mark.parametrize(
    ("outcome", "attempts", "state", "reason"),
    [
        (Outcome.DONE, 1, "published", Reason.NONE),
        (Outcome.FOUND, 2, "published", Reason.NONE),
        (Outcome.REFUSED, 1, "failed", Reason.REFUSED),
        (Outcome.AUTH_EXPIRED, 1, "held", Reason.RECONNECT),
        (Outcome.LATE, 2, "missed", Reason.LATE),
        (Outcome.TRANSIENT, 1, "scheduled", Reason.RETRYING),
        (Outcome.TRANSIENT, LAST, "failed", Reason.GAVE_UP),
        (Outcome.UNKNOWN, 1, "scheduled", Reason.LOOKING),
        (Outcome.UNKNOWN, LAST, "unknown", Reason.NOT_CONFIRMED),
        (Outcome.INTERRUPTED, 1, "scheduled", Reason.INTERRUPTED),
        (Outcome.INTERRUPTED, LAST, "unknown", Reason.NOT_CONFIRMED),
        (Outcome.RATE_LIMITED, LAST + 5, "scheduled", Reason.RATE_LIMITED),
    ],
)
def test_it_decides_what_becomes_of_a_delivery(outcome, attempts, state, reason):
    decision = settle(outcome, attempts=attempts, now=NOW, jitter=0.5)
    assert (decision.state, decision.reason) == (state, reason)
    assert (decision.due_at is not None) == (state == "scheduled")


def test_it_asks_a_person_at_once_where_nobody_can_look():
    decision = settle(Outcome.UNKNOWN, attempts=1, now=NOW, jitter=0.5, can_look=False)
    assert decision.state is DeliveryState.UNKNOWN


def test_it_waits_at_least_as_long_as_the_network_asks():
    asked = timedelta(minutes=7)
    for outcome in (Outcome.RATE_LIMITED, Outcome.TRANSIENT):
        decision = settle(outcome, attempts=1, now=NOW, jitter=0.0, asked=asked)
        assert decision.due_at is not None
        assert decision.due_at >= NOW + asked


@pytest.mark.parametrize("outcome", [item for item in Outcome if item is not Outcome.RUNNING])
def test_it_only_makes_moves_that_the_graph_declares(outcome):
    for attempts in (1, LAST):
        decision = settle(outcome, attempts=attempts, now=NOW, jitter=0.5)
        assert DELIVERY_STATES.allows(DeliveryState.PUBLISHING, decision.state)


def test_it_calls_failed_what_was_certainly_never_sent():
    decision = settle(Outcome.BLIND, attempts=LAST, now=NOW, jitter=0.5, may_have_arrived=False)
    assert (decision.state, decision.reason) == (DeliveryState.FAILED, Reason.GAVE_UP)
