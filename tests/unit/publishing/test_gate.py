from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from enishi.publishing.core import gate
from enishi.publishing.core.settling import Reason

NOW = datetime(2027, 1, 1, tzinfo=UTC)
DAYS = timedelta(days=3)


def judge(**facts):
    given: dict[str, Any] = {
        "kind": "publish",
        "channel_state": "active",
        "planned_at": NOW,
        "valid_until": None,
        "first": True,
        "now": NOW,
    }
    return gate.judge(**(given | facts))


def test_it_lets_pass_what_is_due_on_an_active_channel():
    assert judge() is gate.PASS


@pytest.mark.parametrize(
    ("facts", "state", "reason"),
    [
        ({"channel_state": "paused"}, "held", Reason.PAUSED),
        ({"channel_state": "paused", "kind": "reply"}, "held", Reason.PAUSED),
        ({"channel_state": "reconnect"}, "held", Reason.RECONNECT),
        ({"channel_state": "archived"}, "held", Reason.DISCONNECTED),
        ({"channel_state": "draft"}, "held", Reason.DRAFT_CHANNEL),
        ({"valid_until": NOW - timedelta(seconds=1)}, "held", Reason.STALE),
        ({"planned_at": NOW - DAYS}, "missed", Reason.LATE),
        ({"planned_at": NOW - DAYS, "valid_until": NOW - DAYS}, "held", Reason.STALE),
    ],
)
def test_it_sets_aside_what_must_not_go_out(facts, state, reason):
    verdict = judge(**facts)
    assert (verdict.state, verdict.reason) == (state, reason)


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "reply", "channel_state": "draft"},
        {"kind": "delete", "planned_at": NOW - DAYS},
        {"planned_at": NOW - DAYS, "first": False},
        {"valid_until": NOW - DAYS, "first": False},
    ],
)
def test_it_lets_pass_what_has_to_be_done_or_looked_for_anyway(facts):
    assert judge(**facts) is gate.PASS
