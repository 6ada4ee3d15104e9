"""Scores without the brand, and the lift of support."""

from __future__ import annotations

import pytest

from enishi.lenses.core.content import adjusted, lifts
from tests.unit.lenses.posts import post


def account(channel, rate, count=8):
    """Posts that get so many engagements of a thousand people each."""
    return [post(n, channel, likes=rate * 1000, reach=1000) for n in range(count)]


@pytest.mark.requirement("R083")
@pytest.mark.parametrize(("low", "high", "rate"), [(0.01, 0.04, 0.03), (0.02, 0.05, 0.01)])
def test_it_scores_the_same_rate_differently_by_what_is_normal(low, high, rate):
    posts = [*account("unknown", low, 9), *account("admired", high, 9)]
    posts += [post(90, one, likes=rate * 1000, reach=1000) for one in ("unknown", "admired")]
    found = {score.post.post: score for score in adjusted(posts, "reach").scores}
    first, second = found["unknown/90"], found["admired/90"]
    assert first.rate == second.rate == pytest.approx(rate)
    assert first.value == pytest.approx(rate / low * 100)
    assert second.value == pytest.approx(rate / high * 100)
    assert adjusted(posts, "reach").baselines == pytest.approx({"unknown": low, "admired": high})


def test_it_is_not_moved_by_a_post_that_went_round_the_world():
    posts = [*account("a", 0.02), post(99, "a", likes=90_000, reach=100_000)]
    assert adjusted(posts, "reach").baselines["a"] == pytest.approx(0.02)


def test_it_scores_no_account_of_seven_posts_and_says_how_many_there_are():
    found = adjusted([*account("a", 0.02, 7), post(50, "b", likes=1)], "reach")
    assert found.scores == ()
    assert found.too_few == {"a": 7}
    assert found.left_out == 1


def test_it_names_the_topic_by_heading_else_by_hashtag():
    assert post(1, text="【淹れ方メモ】ゆっくり #coffee").topic == "淹れ方メモ"
    assert post(1, text="Good morning ＃Coffee!").topic == "coffee"
    assert post(1, text="#朝コーヒー。おはよう").topic == "朝コーヒー"
    assert post(1, text="nothing").topic == ""


def topic(helped, alone, **mark):
    posts = [post(n, likes=value, text="#v60", **mark) for n, value in enumerate(helped)]
    return posts + [post(50 + n, likes=value, text="#v60") for n, value in enumerate(alone)]


@pytest.mark.requirement("R082")
@pytest.mark.parametrize("mark", [{"reach_paid": 40}, {"spend": 2000}])
def test_it_shows_lift_and_n_from_three_posts_of_each_kind_on(mark):
    (found,) = lifts(topic([20, 24, 22], [10, 12, 11], **mark), set())
    assert (found.topic, found.supported, found.unsupported) == ("v60", 3, 3)
    assert found.compared.difference == pytest.approx(1, abs=0.1)
    assert 0 < found.compared.low < found.compared.difference < found.compared.high


@pytest.mark.requirement("R082")
@pytest.mark.parametrize(("helped", "alone"), [([20, 24], [10, 12, 11]), ([20, 24, 22], [10, 12])])
def test_it_says_insufficient_below_three_posts_in_an_arm(helped, alone):
    (found,) = lifts(topic(helped, alone, reach_paid=1), set())
    assert found.compared is None
    assert (found.supported, found.unsupported) == (len(helped), len(alone))


def test_it_counts_what_a_person_marked():
    posts = topic([20, 24, 22], [10, 12, 11])
    assert lifts(posts, set()) == []
    (found,) = lifts(posts, {"a/0", "a/1", "a/2"})
    assert found.supported == 3
