"""The SMART check and the reading of statements."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from enishi.strategy.core.smart import (
    Letter,
    Proposal,
    Reason,
    Verdict,
    best_per_day,
    best_sum_per_day,
    check,
    passes,
)
from enishi.strategy.core.statement import Reading, read

TODAY = date(2026, 3, 20)
VAGUE = "エンゲージメントを上げる"
SHARP = "4/1–4/30に+1,000フォロワー(4,200→5,200)"
FULL = Proposal("followers", 4200, 5200, date(2026, 4, 1), date(2026, 4, 30), "ファンを増やす")


def verdicts(proposal, **known):
    return {one.letter.value: one.verdict for one in check(proposal, **known)}


def reasons(proposal, **known):
    return {one.letter.value: one.reason for one in check(proposal, **known)}


@pytest.mark.requirement("R021")
def test_a_wish_fails_specific_measurable_and_time_bound():
    proposal = Proposal(serves="ファンを増やす").completed_by(read(VAGUE, TODAY))
    found = verdicts(proposal, best_per_day=40.0)
    assert {letter for letter, verdict in found.items() if verdict is Verdict.FAIL} == set("SMT")


@pytest.mark.requirement("R021")
def test_an_objective_with_figures_and_dates_passes_all_letters():
    proposal = Proposal(serves="ファンを増やす").completed_by(read(SHARP, TODAY))
    assert passes(check(proposal, best_per_day=40.0))


@pytest.mark.requirement("R021")
def test_achievable_compares_with_the_best_historical_rate():
    found = {one.letter: one for one in check(FULL, best_per_day=20.0)}
    achievable = found[Letter.ACHIEVABLE]
    assert achievable.verdict is Verdict.FAIL
    assert achievable.reason is Reason.ABOVE_BEST
    assert achievable.figures == {"needed": pytest.approx(33.33, abs=0.01), "best": 20.0}


def test_achievable_is_unknown_without_history():
    assert verdicts(FULL)["A"] is Verdict.UNKNOWN
    assert reasons(FULL)["A"] is Reason.NO_HISTORY


@pytest.mark.parametrize(
    ("change", "letter", "reason"),
    [
        ({"metric": None}, "S", Reason.NO_METRIC),
        ({"target": None}, "S", Reason.NO_CHANGE),
        ({"baseline": None}, "M", Reason.NO_BASELINE),
        ({"target": None}, "M", Reason.NO_TARGET),
        ({"target": None}, "A", Reason.NOT_COMPARABLE),
        ({"start": None}, "A", Reason.NOT_COMPARABLE),
        ({"relevance": " "}, "R", Reason.NO_WHY),
        ({"start": None}, "T", Reason.NO_START),
        ({"end": None}, "T", Reason.NO_END),
        ({"end": date(2026, 3, 1)}, "T", Reason.ENDS_BEFORE_START),
    ],
)
def test_it_says_what_is_missing(change, letter, reason):
    fields = {name: getattr(FULL, name) for name in Proposal.__slots__} | change
    assert reasons(Proposal(**fields), best_per_day=50.0)[letter] is reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (VAGUE, Reading()),
        (
            SHARP,
            Reading("followers", 4200, 5200, 1000, date(2026, 4, 1), date(2026, 4, 30)),
        ),
        (
            "Gain 1,000 followers from 2026-04-01 to 2026-04-30 (4,200 -> 5,200)",
            Reading("followers", 4200, 5200, 1000, date(2026, 4, 1), date(2026, 4, 30)),
        ),
        ("６月末までに返信を20から50に", Reading("replies", 20, 50, 30, None, date(2026, 6, 30))),
        ("+500 フォロワー", Reading("followers", change=500)),
        ("99/99 に投稿", Reading("posts")),
        ("2月30日", Reading()),
    ],
)
def test_it_reads_what_a_statement_says(text, expected):
    assert read(text, TODAY) == expected


@pytest.mark.parametrize(
    ("today", "year"),
    [(date(2026, 12, 20), 2027), (date(2026, 1, 5), 2026), (date(2026, 2, 5), 2026)],
)
def test_it_takes_a_date_without_year_from_the_nearest_year(today, year):
    assert read("1/10まで", today).end == date(year, 1, 10)


def test_a_proposal_keeps_what_the_form_says_over_its_statement():
    completed = Proposal(target=6000.0).completed_by(read(SHARP, TODAY))
    assert (completed.baseline, completed.target) == (4200, 6000)


def test_a_change_becomes_a_target_when_the_baseline_is_known():
    completed = Proposal(baseline=100.0).completed_by(Reading("followers", change=50))
    assert completed.target == 150


def series(*values):
    return [(date(2026, 1, 1) + timedelta(days=n), v) for n, v in enumerate(values)]


def test_the_best_rate_is_the_fastest_week_of_a_level():
    slow_then_fast = [float(n) for n in range(20)] + [19 + 10.0 * n for n in range(1, 8)]
    assert best_per_day(series(*slow_then_fast), 7) == pytest.approx(10)


def test_the_best_rate_looks_at_falls_when_asked():
    falling = [100.0 - 2 * n for n in range(15)]
    assert best_per_day(series(*falling), 7) == 0
    assert best_per_day(series(*falling), 7, falls=True) == pytest.approx(2)


def test_the_best_rate_uses_a_short_history_whole_and_bridges_gaps():
    assert best_per_day(series(0.0, None, *[None] * 7, 18.0), 90) == pytest.approx(2)


@pytest.mark.parametrize("values", [(), (1.0,), (1.0, 2.0, 3.0), (None, None)])
def test_less_than_a_week_of_history_gives_no_rate(values):
    assert best_per_day(series(*values), 30) is None
    assert best_sum_per_day(series(*values), 30) is None


def test_the_best_daily_average_of_a_count_is_its_best_window():
    assert best_sum_per_day(series(*[1.0] * 10, *[3.0] * 7, None), 7) == pytest.approx(3)
