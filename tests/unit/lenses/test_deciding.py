"""SNS or CNS by one's own posts; dividing the effort; whether at all."""

from __future__ import annotations

from datetime import date

import pytest

from enishi.lenses.core import needing
from enishi.lenses.core.deciding import NETWORK_SHARE, Purpose, Verdict, split, weigh
from enishi.lenses.core.needing import Question, assess
from tests.unit.lenses.posts import post

TODAY = date(2026, 4, 12)


def arms(sns, cns, **more):
    people = [
        post(n, reach=value, reach_followers=90, reach_search=10) for n, value in enumerate(sns)
    ]
    content = [post(90 + n, reach=value, reach_search=90) for n, value in enumerate(cns)]
    return [*people, *content, *more.get("others", [])]


def nothing_declared(_channel: str) -> float | None:
    return None


def spread(middle, count):
    return [middle * (0.9 + 0.02 * n) for n in range(count)]


@pytest.mark.requirement("R038")
@pytest.mark.parametrize(("sns", "cns"), [(7, 20), (20, 7), (0, 0)])
def test_it_says_insufficient_below_eight_posts_in_an_arm(sns, cns):
    found = weigh(arms(spread(100, sns), spread(10, cns)), Purpose.AWARENESS, nothing_declared)
    assert found.verdict is Verdict.INSUFFICIENT
    assert found.compared is None
    assert (found.sns, found.cns) == (sns, cns)


@pytest.mark.requirement("R038")
@pytest.mark.parametrize(
    ("sns", "cns", "verdict"),
    [(300, 100, Verdict.SNS), (100, 300, Verdict.CNS), (100, 101, Verdict.UNCLEAR)],
)
def test_it_shows_both_arms_with_the_uncertainty(sns, cns, verdict):
    found = weigh(arms(spread(sns, 10), spread(cns, 9)), Purpose.AWARENESS, nothing_declared)
    assert found.verdict is verdict
    assert (found.sns, found.cns, found.measure) == (10, 9, "reach")
    assert found.compared.low < found.compared.difference < found.compared.high


def test_it_takes_the_weight_of_the_channel_where_no_source_was_reported():
    posts = [post(1, "sns", replies=2), post(2, "cns", replies=1), post(3, "middle", replies=1)]
    weights = {"sns": 0.7, "cns": 0.1, "middle": 0.5}
    found = weigh(posts, Purpose.LOYALTY, weights.__getitem__)
    assert (found.sns, found.cns, found.unassigned) == (1, 1, 1)


def test_it_leaves_out_posts_whose_measure_was_not_observed():
    posts = [post(1, reach_followers=5), post(2, reach_followers=5, clicks=3)]
    found = weigh(posts, Purpose.TRAFFIC, nothing_declared)
    assert (found.sns, found.unassigned) == (1, 1)


@pytest.mark.requirement("R040")
def test_it_gives_conversations_most_hours_for_loyalty_and_fewest_for_awareness():
    loyal, known = split(Purpose.LOYALTY, 20), split(Purpose.AWARENESS, 20)
    assert loyal.network_hours == 14
    assert loyal.media_hours == pytest.approx(6)
    assert loyal.network_hours > loyal.media_hours
    assert known.network_hours < known.media_hours


@pytest.mark.parametrize("purpose", list(Purpose))
def test_it_moves_a_step_by_clear_evidence_only(purpose):
    plain = NETWORK_SHARE[purpose]
    assert split(purpose, 10, Verdict.UNCLEAR).network == plain
    assert split(purpose, 10, Verdict.SNS).network == pytest.approx(min(0.9, plain + 0.1))
    assert split(purpose, 10, Verdict.CNS).network == pytest.approx(plain - 0.1)


def answers(default=needing.YES, **given):
    return {one: given.get(one.value, default) for one in Question}


@pytest.mark.requirement("R029")
def test_it_says_do_not_use_now_without_audience_and_resources():
    found = assess(answers(audience=0, resources=0), TODAY)
    assert found.verdict is needing.Verdict.NO_GO
    assert found.against == (Question.AUDIENCE, Question.RESOURCES)
    assert found.recheck_on == date(2026, 10, 9)


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        ({}, "go"),
        ({"risk": 1, "content": 1, "measuring": 1}, "go"),
        ({"risk": 0}, "pilot"),
        ({"default": 1}, "pilot"),
        ({"purpose": 0}, "no_go"),
        ({"default": 0, "audience": 1, "resources": 1, "purpose": 2}, "no_go"),
    ],
)
def test_it_judges_by_points_and_by_what_is_vital(given, verdict):
    assert assess(answers(**given), TODAY).verdict == verdict


def test_it_refuses_to_judge_with_a_question_open():
    given = answers()
    del given[Question.RISK]
    with pytest.raises(KeyError):
        assess(given, TODAY)
