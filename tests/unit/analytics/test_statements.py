"""A statement made for one question must serve the next as if it were made for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from enishi.analytics import readings
from enishi.analytics import statements as statements_module
from enishi.analytics.kpi import KPIS, Scope, Window
from enishi.analytics.lake import Lake
from enishi.analytics.statements import Question, Statements, statements
from tests.unit.analytics.town import GRAM, KISSA, SKY, TOKYO

HERE, SWAPPED = Scope(KISSA, (GRAM, SKY)), Scope(KISSA, (SKY, GRAM))
FIRST = Window(date(2026, 3, 4), date(2026, 3, 29), TOKYO)
LATER = Window(date(2026, 3, 9), date(2026, 3, 21), TOKYO)
ONE_DAY = Window(LATER.first, LATER.first, TOKYO)


@pytest.fixture(autouse=True)
def nothing_made() -> Iterator[None]:
    statements.forget()
    yield
    statements.forget()


def answers(lake: Lake, key: str, window: Window, scope: Scope = HERE) -> object:
    kpi = KPIS[key]
    return kpi.value(lake, scope, window), kpi.series(lake, scope, window)


@pytest.mark.parametrize("key", sorted(KPIS))
def test_it_answers_by_another_windows_statement_as_by_its_own(
    lake: Lake, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = answers(lake, key, LATER, SWAPPED)
    statements.forget()
    answers(lake, key, FIRST)
    monkeypatch.setattr(readings, "to_sql", lambda _: pytest.fail("made anew"))
    assert answers(lake, key, LATER, SWAPPED) == own


@pytest.mark.parametrize("key", ["followers", "likes", "engagement_rate_by_followers"])
def test_it_answers_for_one_day_by_the_statement_of_many(lake: Lake, key: str) -> None:
    own = answers(lake, key, ONE_DAY)
    statements.forget()
    answers(lake, key, FIRST)
    assert answers(lake, key, ONE_DAY) == own


def asked(window: Window) -> Question:
    return Question("posts", "by day", Scope(KISSA), window, frozenset({"daily"}))


def test_it_does_not_lend_a_statement_that_names_a_moment_of_its_own() -> None:
    made = Statements()
    sql = "SELECT MAKE_DATE(1999, 1, 1)"
    assert made.sql(asked(FIRST), lambda: sql) == sql
    assert made.sql(asked(LATER), lambda: "another") == "another"


def test_it_does_not_lend_across_a_change_of_the_clocks() -> None:
    made = Statements()
    changing = Window(date(2026, 3, 1), date(2026, 3, 31), "America/New_York")
    assert made.sql(asked(changing), lambda: "one") == "one"
    assert (
        made.sql(
            asked(Window(date(2026, 3, 2), date(2026, 3, 30), "America/New_York")), lambda: "two"
        )
        == "two"
    )


def test_it_does_not_lend_what_names_peoples_words() -> None:
    made = Statements()
    words = replace(asked(FIRST), name="('MAKE_DATE(2026, 3, 4)', '«start»')")
    assert made.sql(words, lambda: "one") == "one"
    assert made.sql(replace(words, window=LATER), lambda: "two") == "two"


def test_it_remembers_across_processes_of_the_same_code(tmp_path: Path) -> None:
    (tmp_path / "statements-of-older-code.jsonl").write_text("{}")
    first = Statements()
    first.keep_in(tmp_path)
    start = FIRST.start
    sql = (
        f"WHERE at >= MAKE_TIMESTAMP({start.year}, {start.month}, {start.day}, {start.hour}, "
        f"{start.minute}, 0.0) AND workspace = '{KISSA}'"
    )
    first.sql(asked(FIRST), lambda: sql)
    (kept,) = tmp_path.glob("statements-*.jsonl")
    with kept.open("a") as lines:
        lines.write('["half a li')
    second = Statements()
    second.keep_in(tmp_path)
    again = second.sql(asked(LATER), lambda: pytest.fail("made anew"))
    assert again == (
        f"WHERE at >= TIMESTAMP '{LATER.start:%Y-%m-%d %H:%M:%S.%f}' AND workspace = '{KISSA}'"
    )


def test_its_file_is_named_after_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Statements().keep_in(tmp_path)
    monkeypatch.setattr(statements_module, "_fingerprint", lambda: "other")
    other = Statements()
    other.keep_in(tmp_path)
    other.sql(asked(FIRST), lambda: "SELECT 1")
    assert [file.name for file in tmp_path.iterdir()] == ["statements-other.jsonl"]
