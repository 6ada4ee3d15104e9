from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from enishi.webhooks.core.retrying import DISABLE_AFTER, SCHEDULE, judge

NOW = datetime(2027, 3, 1, tzinfo=UTC)


def verdict(status=500, tried=1, failing_since=None, jitter=0.0, asked=None):
    return judge(
        status=status,
        tried=tried,
        failing_since=failing_since,
        now=NOW,
        jitter=jitter,
        asked=asked,
    )


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_it_takes_every_success_for_received(status):
    assert verdict(status).worked


@pytest.mark.parametrize("status", [0, 301, 400, 404, 429, 500, 503])
def test_it_calls_again_after_any_failure(status):
    assert verdict(status).again_at == NOW + SCHEDULE[0]


def test_it_tries_for_a_little_over_three_days():
    waits = [verdict(tried=number).again_at - NOW for number in range(1, len(SCHEDULE) + 1)]
    assert sum(waits, timedelta()) == timedelta(days=3, hours=3, minutes=35, seconds=5)
    assert verdict(tried=len(SCHEDULE) + 1).again_at is None


def test_it_spreads_what_failed_together():
    assert verdict(jitter=1.0).again_at == NOW + SCHEDULE[0] * 1.1


def test_it_waits_as_long_as_the_receiver_asks_but_not_for_ever():
    assert verdict(429, asked=timedelta(hours=1)).again_at == NOW + timedelta(hours=1)
    assert verdict(429, asked=timedelta(days=30)).again_at == NOW + SCHEDULE[-1]


def test_it_stops_at_once_when_the_receiver_is_gone():
    found = verdict(410)
    assert (found.again_at, found.disable) == (None, "gone")


def test_it_switches_off_what_fails_for_days():
    assert verdict(failing_since=NOW - DISABLE_AFTER).disable == "failing"
    assert not verdict(failing_since=NOW - DISABLE_AFTER + timedelta(seconds=1)).disable
