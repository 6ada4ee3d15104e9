"""The five indicators, and the gap between plan and behaviour."""

from __future__ import annotations

import pytest

from enishi.lenses.core.balance import Behaviour, Indicator, gap, measure

BROADCASTER = Behaviour(
    posts=30, answers=3, received=5, in_time=3, threads=3, acts=100, regular_acts=20, promoting=20
)
TALKER = Behaviour(
    posts=30,
    answers=70,
    received=70,
    in_time=66,
    threads=60,
    acts=100,
    regular_acts=60,
    inviting=18,
)


def values(behaviour):
    return {part.indicator: part.value for part in measure(behaviour).parts}


@pytest.mark.requirement("R015")
def test_it_finds_the_broadcaster_nearer_to_media_than_the_talker():
    sender, talker = measure(BROADCASTER).value, measure(TALKER).value
    assert sender is not None
    assert talker is not None
    assert sender < 0.5 < talker
    assert values(BROADCASTER)[Indicator.STYLE] == pytest.approx(3 / 33)
    assert values(TALKER)[Indicator.STYLE] == pytest.approx(60 / 90)


@pytest.mark.requirement("R015")
@pytest.mark.parametrize("indicator", list(Indicator))
def test_it_scores_each_indicator_higher_for_the_talker(indicator):
    assert values(BROADCASTER)[indicator] < values(TALKER)[indicator]


def test_it_counts_a_post_that_neither_asks_nor_links_as_half():
    assert values(Behaviour(posts=4, inviting=1, promoting=1))[Indicator.GOAL] == 0.5


def test_it_gives_no_balance_from_two_indicators():
    found = measure(Behaviour(received=4, in_time=2, acts=5, regular_acts=1))
    assert found.observed == 2
    assert found.value is None
    assert gap(0.5, found) is None


@pytest.mark.parametrize(
    ("declared", "wide"), [(0.5, False), (0.62, False), (0.65, True), (0.35, True)]
)
def test_it_flags_a_gap_of_fifteen_points(declared, wide):
    found = measure(Behaviour(posts=1, answers=1, received=2, in_time=1, threads=1))
    assert found.value == pytest.approx(0.5)
    assert gap(declared, found).is_wide is wide
