"""Changes, buckets, groups, axes, names: the pure decisions of reports."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.analytics.kpi import KPIS
from enishi.analytics.metrics.definition import Grain
from enishi.reports.core.asking import Asked, BoardKind, from_json, to_json
from enishi.reports.core.axes import nice_ticks
from enishi.reports.core.buckets import steps
from enishi.reports.core.changes import Direction, changed, small_n
from enishi.reports.core.differing import DIFFERENCES, differing
from enishi.reports.core.grouping import adds_up, partition, rest_of
from enishi.reports.core.naming import file_name
from enishi.reports.core.periods import Against, Preset, Span
from enishi.reports.layouts import GROUPED, LAYOUTS, sections_of

LIKES, RATE = KPIS["likes"].definition, KPIS["engagement_rate_by_reach"].definition
GAP = KPIS["longest_gap"].definition
DAY = date(2026, 4, 1)


def test_a_change_needs_both_numbers():
    assert changed(LIKES, None, 5, 7, 7) is None
    assert changed(LIKES, 5, None, 7, 7) is None


def test_a_change_from_nothing_has_no_share():
    found = changed(LIKES, 5, 0, 7, 7)
    assert found is not None
    assert (found.difference, found.share, found.direction) == (5, None, Direction.UP)


def test_a_rate_changes_by_points_and_not_by_a_share():
    found = changed(RATE, 0.024, 0.02, 7, 7)
    assert found is not None
    assert found.share is None
    assert found.difference == pytest.approx(0.004)


def test_counts_of_unequal_periods_are_compared_by_the_day():
    found = changed(LIKES, 280, 310, 28, 31)
    assert found is not None
    assert found.per_day
    assert found.direction is Direction.SAME


def test_less_is_good_where_less_is_better():
    found = changed(GAP, 2, 5, 28, 28)
    assert found is not None
    assert found.is_good is True


@pytest.mark.parametrize(("rows", "few"), [(29, 29), (30, None), (0, 0)])
def test_a_rate_from_fewer_than_thirty_cases_is_small(rows, few):
    assert small_n(RATE, 0.5, rows) == few
    assert small_n(LIKES, 5, 5) is None
    assert small_n(RATE, None, 0) is None


def points(values):
    return [(DAY + timedelta(days=at), value) for at, value in enumerate(values)]


def test_many_days_become_weeks_that_add_up_and_tell_what_is_missing():
    values: list[float | None] = [1.0] * 200
    values[1] = values[199] = None
    found = steps(points(values), Grain.FLOW)
    assert len(found) == 29
    assert (found[0].value, found[0].observed, found[0].is_partial) == (6.0, 6, True)
    assert sum(one.value or 0 for one in found) == 198
    assert found[-1].days == 4


def test_a_week_without_any_observation_is_not_zero():
    assert steps(points([None] * 140), Grain.FLOW)[0].value is None


def test_rates_of_days_are_never_put_together():
    assert len(steps(points([0.1] * 200), Grain.RATE)) == 200


def test_of_levels_the_last_one_of_the_week_stands():
    found = steps(points(list(range(140))), Grain.LEVEL)
    assert found[0].value == 6


@given(
    classes=st.lists(st.sampled_from(["a", "b", "c", ""]), min_size=1, max_size=12),
)
def test_every_channel_is_in_one_group(classes):
    ids = [UUID(int=at) for at in range(len(classes))]
    of = dict(zip(ids, classes, strict=True))
    groups = partition(ids, [("a", "A"), ("b", "B")], lambda one: of[one], "none")
    placed = [one for group in groups for one in group.channel_ids]
    assert sorted(placed) == sorted(ids)


def test_the_rest_is_what_no_group_has():
    assert rest_of(10, [3, None, 4]) == 3
    assert rest_of(7, [3, 4]) is None
    assert rest_of(None, [3]) is None
    assert adds_up(LIKES)
    assert not adds_up(RATE)


@given(
    asked=st.builds(
        Asked,
        kind=st.sampled_from(list(BoardKind)),
        subject_id=st.none() | st.uuids(),
        preset=st.sampled_from(list(Preset)),
        own=st.none() | st.just(Span(DAY, DAY)),
        against=st.sampled_from(list(Against)),
        against_own=st.none() | st.just(Span(DAY, DAY + timedelta(days=3))),
        channel_ids=st.lists(st.uuids(), max_size=3).map(tuple),
        group=st.sampled_from(["", "channel", "mic-2015"]),
        level=st.sampled_from(["", "sns"]),
        scheme=st.sampled_from(["mic-2015", "usage-2024"]),
    )
)
def test_what_is_kept_asks_for_the_same(asked):
    assert from_json(to_json(asked)) == asked


@given(low=st.floats(-1e9, 1e9), size=st.floats(0, 1e9), zero=st.booleans())
def test_an_axis_holds_its_values_by_a_few_round_numbers(low, size, zero):
    ticks = nice_ticks(low, low + size, from_zero=zero)
    hair = 1e-5 * max(1.0, abs(low), size)
    assert ticks[0] <= low + hair
    assert ticks[-1] >= low + size - hair
    assert 2 <= len(ticks) <= 7


def test_names_of_files_lose_what_systems_refuse():
    name = file_name('喫茶/えにし: "本店"', "概要", DAY, DAY)
    assert name == "喫茶 えにし 本店 - 概要 - 2026-04-01 - 2026-04-01"


def test_all_kpis_that_are_named_exist():
    for one in DIFFERENCES:
        assert set(one.keys) <= set(KPIS), one.keys
    for plans in LAYOUTS.values():
        for plan in plans:
            assert set(plan.kpis) <= set(KPIS), plan.key
    for keys in GROUPED.values():
        assert set(keys) <= set(KPIS)


@pytest.mark.requirement("R032")
def test_a_functions_dashboard_has_every_kpi_of_its_pack():
    for kind in (BoardKind.OPERATION, BoardKind.MARKETING):
        shown = {key for section in sections_of(kind) for key in section.kpis}
        pack = {key for key, kpi in KPIS.items() if kpi.definition.pack.value == kind.value}
        assert pack <= shown


def test_figures_that_differ_by_definition_are_told_apart_only_where_both_stand():
    assert differing(["likes"]) == []
    ((difference, here),) = differing(["likes", "engagements"])
    assert here == ("engagements", "likes")
    assert "posts of any age" in difference.why
