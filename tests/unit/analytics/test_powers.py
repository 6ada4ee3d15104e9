"""The mixed model against data whose truth is known."""

from __future__ import annotations

import json
import math
import random

import pytest

from enishi.analytics.powers import Powers, Refusal, Sample, TooFewError, estimate
from enishi.analytics.powers.questions import answer, ask, read

ACCOUNTS = {"unknown": -0.7, "admired": 0.7, "middling": 0.0}
TOPICS = {f"topic {number}": (number - 3) * 0.3 for number in range(7)}


def town(count, seed=83, accounts=ACCOUNTS, topics=TOPICS, noise=0.4):
    """Posts of which account and topic explain most."""
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        account, topic = chance.choice(list(accounts)), chance.choice(list(topics))
        log = 2.5 + accounts[account] + topics[topic] + chance.gauss(0, noise)
        made.append(Sample(account, topic, max(0.0, math.expm1(log))))
    return made


@pytest.fixture(scope="module")
def fitted():
    return estimate(town(300))


@pytest.mark.requirement("R083")
def test_it_tells_the_power_of_accounts_from_that_of_topics(fitted):
    assert [one.name for one in fitted.accounts] == ["admired", "middling", "unknown"]
    assert [one.name for one in fitted.topics] == sorted(TOPICS, reverse=True)
    for effects, truth in ((fitted.accounts, ACCOUNTS), (fitted.topics, TOPICS)):
        assert all(one.low <= one.factor <= one.high for one in effects)
        held = [one.low <= math.exp(truth[one.name]) <= one.high for one in effects]
        assert sum(held) >= len(held) - 1
    assert 0.7 < fitted.account_share + fitted.topic_share < 0.98


def test_it_agrees_with_least_squares_where_posts_are_many(fitted):
    """Independent of statsmodels: with many posts, predictions come close to plain means."""
    posts = town(300)
    for one in fitted.topics:
        rest = [
            math.log1p(post.engagements) - ACCOUNTS[post.account]
            for post in posts
            if post.topic == one.name
        ]
        assert math.log(one.factor) == pytest.approx(sum(rest) / len(rest) - 2.5, abs=0.25)


def test_it_draws_what_rests_on_few_posts_towards_the_typical():
    rare = [Sample("admired", "rare", 500.0)] * 3
    found = {one.name: one for one in estimate([*town(200), *rare]).topics}
    plain = math.log1p(500) - 2.5 - ACCOUNTS["admired"]
    assert 0 < math.log(found["rare"].factor) < plain
    width = {name: math.log(one.high / one.low) for name, one in found.items()}
    assert width["rare"] == max(width.values())


@pytest.mark.requirement("R083")
@pytest.mark.parametrize("count", [0, 5, 23])
def test_it_refuses_few_posts(count):
    posts = town(count, accounts={"one": 0.0})
    with pytest.raises(TooFewError) as refused:
        estimate(posts)
    assert refused.value.needed == 24


def test_it_leaves_out_accounts_of_fewer_than_eight_posts():
    found = estimate([*town(60, accounts={"big": 0.0}), *town(7, accounts={"small": 0.0})])
    assert found.posts == 60
    assert found.accounts == ()
    assert found.topics


def test_it_finds_nothing_where_all_posts_are_alike():
    found = estimate([Sample(account, "t", 9.0) for account in "ab" for _ in range(15)])
    assert found.typical == pytest.approx(9)
    assert (found.topics, found.accounts) == ((), ())


def test_it_says_when_accounts_do_not_differ():
    same = town(200, accounts={"a": 0.0, "b": 0.0})
    assert not any(one.is_clear for one in estimate(same).accounts)


def test_it_answers_in_a_process_of_its_own():
    found = ask(town(120))
    assert isinstance(found, Powers)
    assert found == read(
        json.loads(
            answer(
                json.dumps(
                    [
                        {"account": one.account, "topic": one.topic, "engagements": one.engagements}
                        for one in town(120)
                    ]
                )
            )
        )
    )
    assert ask([]) == Refusal(posts=0, needed=24)
