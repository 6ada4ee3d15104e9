from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.imports.core.cells import guess_order, read_number, read_time
from enishi.imports.core.fields import guess_columns, guess_kind, metric_named
from enishi.imports.core.items import Kind, RowError
from enishi.imports.core.plain import plain_text

TOKYO = ZoneInfo("Asia/Tokyo")
NINE_FIVE = datetime(2026, 4, 1, 0, 5, tzinfo=UTC)
NOON = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026年4月1日 9:05", NINE_FIVE),
        ("2026年4月1日(水) 9:05", NINE_FIVE),
        ("2026年4月1日（水）9時5分", NINE_FIVE),
        ("２０２６年４月１日　９：０５", NINE_FIVE),
        ("令和8年4月1日 午前9時5分", NINE_FIVE),
        ("R8.4.1 9:05", NINE_FIVE),
        ("2026/4/1 9:05", NINE_FIVE),
        ("2026/04/01 09:05:00", NINE_FIVE),
        ("2026-04-01T09:05:00+09:00", NINE_FIVE),
        ("2026-04-01 00:05:00 UTC", NINE_FIVE),
        ("2026-04-01T00:05:00.123Z", NINE_FIVE),
        ("2026.4.1 09:05", NINE_FIVE),
        ("2026-04-01 09:05 JST", NINE_FIVE),
        ("04/01/2026 9:05 AM", NINE_FIVE),
        ("Apr 1, 2026 9:05 am", NINE_FIVE),
        ("Wed, 1 April 2026 09:05", NINE_FIVE),
        ("1775001900", NINE_FIVE),
        ("1775001900000", NINE_FIVE),
        ("2026-04-01", NOON),
        ("20260401", NOON),
        ("2026年4月1日", NOON),
        ("2026/4/1 午後0:00", NOON),
        ("2026/4/1 12:00 PM", NOON),
        ("2026/4/1 12時", NOON),
    ],
)
def test_it_reads_dates_as_people_write_them(text: str, expected: datetime) -> None:
    assert read_time(text, "", zone=TOKYO, order="mdy") == expected


@pytest.mark.parametrize("text", ["soon", "2026-13-01", "4月1日", "2026-04-01 25:00", "13:00 PM"])
def test_it_refuses_what_is_no_date(text: str) -> None:
    with pytest.raises(RowError) as caught:
        read_time(text, "", zone=TOKYO, order="ymd")
    assert caught.value.code == "time_unreadable"


def test_it_joins_a_date_and_a_time_of_day() -> None:
    assert read_time("2026/4/1", "9:05", zone=TOKYO, order="ymd") == NINE_FIVE


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["25/04/2026", "01/04/2026"], "dmy"),
        (["04/25/2026"], "mdy"),
        (["2026-04-01", "x"], "ymd"),
        ([], "ymd"),
    ],
)
def test_it_guesses_the_order_of_day_and_month(texts: list[str], expected: str) -> None:
    assert guess_order(texts) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", 12.0),
        ("1,234", 1234.0),
        ("１，２３４", 1234.0),
        ("1.2万", 12000.0),
        ("3K", 3000.0),
        ("5件", 5.0),
        ("12.5", 12.5),
        ("", None),
        ("-", None),
        ("n/a", None),
        ("なし", None),
    ],
)
def test_it_reads_numbers_and_tells_nothing_from_zero(text: str, expected: float | None) -> None:
    assert read_number(text, field="likes") == expected


@given(st.text(max_size=40))
def test_it_reads_any_cell_or_refuses_it(text: str) -> None:
    for read in (
        lambda: read_time(text, "", zone=TOKYO, order="ymd"),
        lambda: read_number(text, field="likes"),
    ):
        try:
            read()
        except RowError as error:
            assert error.code  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize(
    ("headers", "kind", "expected"),
    [
        (
            ["投稿日時", "投稿内容", "URL", "いいね数", "リツイート数"],
            Kind.POSTS,
            {
                "time": "投稿日時",
                "text": "投稿内容",
                "url": "URL",
                "likes": "いいね数",
                "reshares": "リツイート数",
            },
        ),
        (
            ["Post Date", "Caption", "Permalink", "Likes (total)", "Comments"],
            Kind.POSTS,
            {
                "time": "Post Date",
                "text": "Caption",
                "url": "Permalink",
                "likes": "Likes (total)",
                "replies": "Comments",
            },
        ),
        (
            ["日付", "アカウント", "フォロワー数", "インプレッション"],
            Kind.METRICS,
            {
                "time": "日付",
                "channel": "アカウント",
                "followers": "フォロワー数",
                "impressions": "インプレッション",
            },
        ),
        (["時刻", "本文"], Kind.POSTS, {"time": "時刻", "text": "本文"}),
    ],
)
def test_it_guesses_columns_in_both_languages(
    headers: list[str], kind: Kind, expected: dict[str, str]
) -> None:
    assert guess_kind(headers) == kind or headers == ["時刻", "本文"]
    assert guess_columns(headers, kind) == expected


@pytest.mark.parametrize(
    ("word", "metric"), [("フォロワー数", "followers"), ("Reposts", "reshares"), ("気分", "")]
)
def test_it_knows_metrics_by_many_names(word: str, metric: str) -> None:
    assert metric_named(word) == metric


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("plain", "plain"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<p>a<br />b &lt;c&gt;</p>", "a\nb <c>"),
        ('<a href="x"><span class="invisible">https://</span>y.example</a>', "https://y.example"),
    ],
)
def test_it_shows_markup_as_plain_text(markup: str, expected: str) -> None:
    assert plain_text(markup) == expected
