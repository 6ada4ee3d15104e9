"""Plausibility, jumps, cadence, stages, approaches."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from enishi.lenses.core.approach import Approach, Missing, clean_topics, missing
from enishi.lenses.core.cadence import cadence
from enishi.lenses.core.plausible import Likelihood, judge, jumps
from enishi.lenses.core.stages import Condition, check, fires

MONDAY = date(2026, 4, 6)


@pytest.mark.requirement("R041")
@pytest.mark.parametrize(
    ("times", "likelihood"),
    [(20, "implausible"), (5, "implausible"), (4.9, "stretch"), (1.1, "stretch"), (1, "within")],
)
def test_it_flags_a_target_by_how_many_best_months_it_needs(times, likelihood):
    found = judge(times * 120, 120)
    assert found.likelihood == likelihood
    assert found.ratio == pytest.approx(times)


def test_it_judges_nothing_without_history():
    assert judge(500, None).likelihood is Likelihood.UNKNOWN
    assert judge(None, 10).ratio is None
    assert judge(10, 0).likelihood is Likelihood.IMPLAUSIBLE


def levels(days=40, start=4000.0, daily=12.0, jump_on=30, jump=5000.0):
    day = [MONDAY + timedelta(days=n) for n in range(days)]
    return {one: start + daily * n + (jump if n >= jump_on else 0) for n, one in enumerate(day)}


@pytest.mark.requirement("R041")
@pytest.mark.parametrize("reach", [{}, {MONDAY + timedelta(days=30): 800.0}])
def test_it_flags_a_jump_of_five_thousand_without_reach(reach):
    (found,) = jumps(levels(), reach)
    assert found.day == MONDAY + timedelta(days=30)
    assert found.change == 5012
    assert found.usual == 12


def test_it_believes_a_jump_that_reach_explains():
    usual = {MONDAY + timedelta(days=n): 900.0 for n in range(30)}
    assert jumps(levels(), usual | {MONDAY + timedelta(days=30): 60_000.0}) == []


def test_it_does_not_believe_a_jump_with_no_more_reach_than_usual():
    usual = {MONDAY + timedelta(days=n): 9000.0 for n in range(31)}
    assert len(jumps(levels(), usual)) == 1


@pytest.mark.parametrize("jump", [60.0, 80.0])
def test_it_overlooks_what_is_small(jump):
    assert jumps(levels(jump=jump), {}) == []


def test_it_does_not_compare_across_days_that_were_not_observed():
    seen = levels()
    del seen[MONDAY + timedelta(days=29)]
    assert jumps(seen, {}) == []


def days(count=7):
    return [MONDAY + timedelta(days=n) for n in range(count)]


@pytest.mark.requirement("R050")
@pytest.mark.parametrize(("plan", "posts", "share"), [(5, 3, 0.6), (4, 1, 0.25), (2, 2, 1.0)])
def test_it_measures_what_was_kept_of_a_week(plan, posts, share):
    found = cadence({MONDAY + timedelta(days=n): 1 for n in range(posts)}, days(), plan)
    assert found.adherence == pytest.approx(share)
    assert found.longest_gap == 7 - posts


@pytest.mark.requirement("R050")
def test_it_does_not_let_a_busy_week_make_up_for_an_idle_one():
    found = cadence({MONDAY: 10}, days(14), 5)
    assert [week.actual for week in found.weeks] == [10, 0]
    assert found.adherence == 0.5
    assert found.longest_gap == 13


def test_it_plans_only_for_the_days_of_a_broken_week():
    found = cadence({}, days(10), 7)
    assert [week.planned for week in found.weeks] == [7, 3]


def test_it_has_no_adherence_without_a_promise():
    assert cadence({MONDAY: 1}, days(), None).adherence is None


RULE = [Condition("quality_followers", 3000), Condition("talk_rate", 0.02)]


@pytest.mark.requirement("R037")
@pytest.mark.parametrize(
    ("followers", "rate", "fire"),
    [(3000, 0.02, True), (2999, 0.03, False), (4000, 0.0199, False), (None, 0.03, False)],
)
def test_it_fires_when_all_conditions_hold(followers, rate, fire):
    found = check(RULE, {"quality_followers": followers, "talk_rate": rate})
    assert fires(found) is fire


def test_it_never_fires_without_conditions():
    assert not fires(())


@pytest.mark.requirement("R036")
@pytest.mark.parametrize(
    ("approach", "channels", "topics", "lacking"),
    [
        (Approach.CONTENT, 0, ["coffee"], ()),
        (Approach.CONTENT, 0, [], (Missing.TOPICS,)),
        (Approach.ACCOUNT, 0, [], (Missing.CHANNELS,)),
        (Approach.ACCOUNT, 1, [], ()),
        (Approach.HYBRID, 0, [], (Missing.CHANNELS, Missing.TOPICS)),
    ],
)
def test_it_knows_what_each_approach_needs(approach, channels, topics, lacking):
    assert missing(approach, channels, topics) == lacking


def test_it_takes_topics_without_their_hashes_and_each_once():
    assert clean_topics(["#coffee", " coffee", "＃珈琲", "", "#"]) == ["coffee", "珈琲"]
