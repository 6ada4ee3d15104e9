"""How fresh a channel is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from enishi.channels.core.freshness import Freshness, age

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.requirement("R123")
def test_it_is_red_after_45_days_at_a_threshold_of_30():
    found = age(NOW - timedelta(days=45), NOW, threshold_days=30)
    assert found.freshness is Freshness.RED
    assert found.days == 45


@pytest.mark.parametrize(
    ("days", "colour"),
    [(0, "green"), (15, "green"), (15.5, "yellow"), (30, "yellow"), (30.1, "red"), (-1, "green")],
)
def test_it_turns_yellow_at_half_the_threshold(days, colour):
    assert age(NOW - timedelta(days=days), NOW).freshness == colour


def test_it_does_not_call_what_it_has_not_observed_stale():
    assert age(None, NOW).freshness is Freshness.UNKNOWN
