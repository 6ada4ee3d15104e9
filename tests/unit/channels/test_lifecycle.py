from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from enishi.channels.contract import Metric
from enishi.channels.core import pace
from enishi.channels.core.lifecycle import (
    LIFECYCLE,
    ChannelState,
    Item,
    ItemState,
    is_activated,
    settled_state,
    with_facts,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ALL_SET = dict.fromkeys(Item, ItemState.SET)


@pytest.mark.requirement("R042")
def test_only_a_settled_list_activates_a_channel_that_publishes():
    assert settled_state(publishes=True, items=ALL_SET) is ChannelState.ACTIVE
    open_one = ALL_SET | {Item.POLICY: ItemState.OPEN}
    assert settled_state(publishes=True, items=open_one) is ChannelState.DRAFT
    assert settled_state(publishes=False, items={}) is ChannelState.ACTIVE
    assert is_activated(dict.fromkeys(Item, ItemState.WAIVED))


def test_a_tick_does_not_replace_an_owner():
    items = with_facts(ALL_SET, has_owner=False, has_cadence=True)
    assert items[Item.OWNER] is ItemState.OPEN
    waived = ALL_SET | {Item.OWNER: ItemState.WAIVED}
    assert with_facts(waived, has_owner=False, has_cadence=True)[Item.OWNER] is ItemState.WAIVED


def test_a_disconnected_channel_only_comes_back_by_connecting():
    onward = LIFECYCLE.moves[ChannelState.ARCHIVED]
    assert onward == {ChannelState.DRAFT, ChannelState.ACTIVE}


def test_waits_double_up_to_half_an_hour():
    waits = [
        (pace.next_read(NOW, poll_seconds=60, failures=count) - NOW).total_seconds()
        for count in (0, 1, 2, 3, 50)
    ]
    assert waits == [60, 120, 240, 480, 1800]


def test_the_network_decides_how_long_we_wait():
    again = pace.next_read(NOW, poll_seconds=5, failures=9, retry_after=3600)
    assert again == NOW + timedelta(hours=1)
    assert pace.next_read(NOW, poll_seconds=0, failures=0) == NOW + pace.LEAST_POLL


def test_values_are_kept_when_they_move_and_once_a_day():
    likes = Metric("post-1", "likes", 3, NOW)
    news, seen = pace.Seen().changed([likes], date(2026, 11, 22))
    assert news == [likes]
    news, seen = pace.Seen.read(seen.cursor()).changed([likes], date(2026, 11, 22))
    assert news == []
    news, seen = seen.changed([likes], date(2026, 11, 23))
    assert news == [likes]


@pytest.mark.parametrize("cursor", ["", "x", "[]", '{"values": 3}', "null"])
def test_a_cursor_that_cannot_be_read_starts_anew(cursor):
    assert pace.Seen.read(cursor) == pace.Seen()
