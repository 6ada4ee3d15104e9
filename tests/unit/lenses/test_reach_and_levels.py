"""SNS↔CNS with its unknown part; levels that count once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.lenses.core.levels import LEAVES, Item, Place, path, place_of, roll_up
from enishi.lenses.core.reach import NOTHING, Reach, of_numbers

PRINTED = {
    "reach_followers": 3200, "reach_reshares": 1300, "reach_recommendation": 2600,
    "reach_hashtag": 1100, "reach_search": 800, "reach_paid": 1000,
}  # fmt: skip


@pytest.mark.requirement("R013")
def test_it_splits_organic_reach_and_keeps_paid_apart():
    found = of_numbers(PRINTED)
    assert found.split.organic == 9000
    assert (found.split.sns_percent, found.split.cns_percent, found.split.paid) == (50, 50, 1000)
    assert found.unknown is None


@pytest.mark.requirement("R013")
def test_it_keeps_what_nobody_knows_in_a_bucket_of_its_own():
    found = of_numbers(PRINTED | {"reach": 11_000})
    assert found.unknown == 1000
    assert found.split.organic == 9000
    assert found.bounds == pytest.approx((4500 / 10_000, 5500 / 10_000))


def test_it_leaves_nothing_unknown_when_sources_overlap():
    assert of_numbers({"reach_followers": 300, "reach": 200}).unknown == 0


def test_it_adds_channels_without_making_up_what_was_not_told():
    first, second = Reach({"followers": 10}, None), Reach({"search": 5, "followers": 1}, 4)
    assert NOTHING + first == Reach({"followers": 10}, None)
    assert (first + second) == Reach({"followers": 11, "search": 5}, 4)


def test_it_has_no_index_without_organic_reach():
    found = of_numbers({"reach_paid": 50})
    assert found.split.sns_index is None
    assert found.bounds is None


ITEMS = st.lists(
    st.builds(
        Item,
        metric=st.sampled_from(["spend", "revenue", "leads"]),
        place=st.sampled_from(LEAVES),
        value=st.integers(-1000, 100_000).map(float),
    )
)


@pytest.mark.requirement("R039")
@given(ITEMS)
def test_it_makes_the_parts_of_every_place_add_up(items):
    for sums in roll_up(items).values():
        assert sums[Place.SNS] + sums[Place.CNS] + sums[Place.OTHER] == sums[Place.SOCIAL]
        assert sums[Place.SOCIAL] + sums[Place.ELSEWHERE] == sums[Place.MARKETING]


@pytest.mark.requirement("R039")
@given(ITEMS, st.sampled_from(LEAVES), st.integers(1, 500).map(float))
def test_it_changes_each_ancestor_by_the_same_amount(items, place, value):
    start = [*items, Item("spend", Place.OTHER, 0)]
    before = roll_up(start)["spend"]
    after = roll_up([*start, Item("spend", place, value)])["spend"]
    changed = {one for one in Place if after[one] != before[one]}
    assert changed == set(path(place))
    assert {after[one] - before[one] for one in changed} == {value}


@pytest.mark.parametrize(
    ("weight", "place"),
    [(0.7, Place.SNS), (0.2, Place.CNS), (0.5, Place.OTHER), (None, Place.OTHER)],
)
def test_it_places_a_channel_by_its_weight(weight, place):
    assert place_of(weight) is place
