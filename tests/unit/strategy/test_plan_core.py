"""The pure decisions around the plan."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from enishi.analytics.kpi import KPIS
from enishi.kernel import money
from enishi.strategy.core import durations
from enishi.strategy.core.capacity import Load, Need, need_of, to_drop
from enishi.strategy.core.mix import shares
from enishi.strategy.core.mixup import Mixup, find_mixups
from enishi.strategy.core.scopes import nested
from enishi.strategy.core.versions import Change, compare
from enishi.strategy.starters import all_starters

TAGS = st.sampled_from(["operation", "marketing", ""])


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1:30", 90),
        ("１：３０", 90),
        ("1.5", 90),
        ("1,5", 90),
        (".25", 15),
        ("90m", 90),
        ("90分", 90),
        ("1h30", 90),
        ("2h", 120),
        ("1時間30分", 90),
        ("", 0),
        ("24:00", 1440),
        ("24:01", None),
        ("1:75", None),
        ("later", None),
        ("-1", None),
    ],
)
def test_it_reads_time_as_people_write_it(text, minutes):
    assert durations.minutes(text) == minutes


@given(st.integers(min_value=0, max_value=1440))
def test_it_reads_back_what_it_writes(minutes):
    assert durations.minutes(durations.clock(minutes)) == minutes


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("¥1,200,000", "JPY", 1_200_000),
        ("１２００円", "JPY", 1200),
        ("12.50", "USD", 1250),
        ("$12.5", "USD", 1250),
        ("12.505", "USD", None),
        ("0.5", "JPY", None),
        ("-5", "JPY", None),
        ("much", "EUR", None),
    ],
)
def test_it_reads_amounts_in_minor_units(text, currency, minor):
    assert money.to_minor(text, currency) == minor


def test_it_writes_amounts_with_the_currency_s_own_decimals():
    assert money.shown(1_200_000, "JPY") == "¥1,200,000"
    assert money.shown(1250, "USD") == "$12.50"
    assert money.shown(-1250, "CHF") == "−12.50 CHF"


@pytest.mark.requirement("R018")
@given(st.lists(st.tuples(TAGS, st.integers(min_value=0, max_value=10**9))))
def test_marketing_is_never_less_than_operation_and_nothing_counts_twice(items):
    found = nested(items)
    assert found.marketing >= found.operation
    assert found.all == sum(amount for _tag, amount in items)


@pytest.mark.requirement("R043")
@given(st.dictionaries(st.text(max_size=3), st.integers(0, 1000), min_size=1))
def test_shares_add_up_to_100_unless_there_is_nothing(counts):
    found = shares(counts)
    assert sum(found.values()) == (100 if any(counts.values()) else 0)
    assert all(found[key] == 0 for key, count in counts.items() if not count)


@pytest.mark.requirement("R026")
@given(
    st.lists(st.tuples(st.integers(1, 2400), st.integers(1, 3)), max_size=12),
    st.integers(0, 6000),
)
def test_what_is_left_after_dropping_fits_and_nothing_goes_in_vain(given_loads, available):
    loads = [Load(uuid4(), minutes, priority) for minutes, priority in given_loads]
    dropped = to_drop(loads, available)
    left = sum(load.minutes for load in loads) - sum(load.minutes for load in dropped)
    assert left <= available
    assert all(left + load.minutes > available for load in dropped)


def test_needs_add_up_in_their_own_rhythm():
    total = need_of("hours", 600, "monthly") + need_of("hours", 60, "weekly")
    total += need_of("tool", 1200, "monthly") + need_of("money", 5000, "once")
    assert total == Need(weekly_minutes=138 + 60, monthly_money=1200, once_money=5000)


@pytest.mark.requirement("R019")
@pytest.mark.parametrize(
    ("scope", "packs", "found"),
    [
        ("marketing", {"followers": "operation"}, [Mixup.NO_BUSINESS_KPI]),
        ("marketing", {"followers": "operation", "leads": "marketing"}, []),
        ("operation", {"leads": "marketing"}, [Mixup.NO_OPERATION_KPI]),
        ("operation", {"followers": "operation"}, []),
        ("marketing", {}, [Mixup.NO_KPI]),
        ("", {"followers": "operation"}, [Mixup.UNTAGGED]),
    ],
)
def test_a_mix_up_is_found_where_tag_and_kpis_do_not_go_together(scope, packs, found):
    assert find_mixups(scope, packs) == found


def test_a_version_equals_itself_and_tells_each_changed_field():
    node = {"id": "1", "level": "goal", "parent": None, "position": 0, "title": "A", "status": "x"}
    assert compare([node], [node | {"position": 3}]) == []
    (changed,) = compare([node], [node | {"title": "B"}])
    assert changed.change is Change.CHANGED
    assert [(one.name, one.before, one.after) for one in changed.fields] == [("title", "A", "B")]
    gone, new = compare([node], [node | {"id": "2", "title": "Z"}])
    assert (gone.change, new.change) == (Change.REMOVED, Change.ADDED)


@pytest.mark.requirement("R043")
def test_every_template_says_the_same_in_both_languages():
    for ja, en in zip(all_starters("ja"), all_starters("en"), strict=True):
        assert (ja.key, ja.kpis, ja.pillar) == (en.key, en.kpis, en.pillar)
        assert len(ja.kpis) >= 3
        assert all(objective.tactics for objective in ja.objectives)
        assert ja.name != en.name


def test_every_kpi_is_named_and_explained_in_japanese():
    with translation.override("ja"):
        for kpi in KPIS.values():
            told = kpi.definition
            for text in (told.name, told.description, told.formula):
                assert translation.gettext(text) != text, told.key
