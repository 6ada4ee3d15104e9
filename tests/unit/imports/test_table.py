from __future__ import annotations

import io
from datetime import UTC, datetime
from uuid import UUID

import pytest

from enishi.imports.core.items import BrokenFileError, Columns, Kind, Problem
from enishi.imports.core.layout import detect_encoding, examine
from tests.unit.imports import files
from tests.unit.imports.files import entries, problems, read_all, read_table

CHANNEL = UUID(int=3)
JAPANESE = """投稿日時,本文,URL,いいね数,リポスト数,返信数,インプレッション
2026年4月1日 9:05,食パンが焼けました,https://x.example/1,"1,204",30,,12000
2026/04/02 18:30,"メロンパン
二段目",https://x.example/2,8,0,1,900
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "euc_jp"])
def test_it_reads_a_table_of_posts_in_any_encoding(encoding: str) -> None:
    first, second = entries(read_table(JAPANESE.encode(encoding)))
    assert first.activity is not None
    assert second.activity is not None
    assert first.activity.text == "食パンが焼けました"
    assert first.activity.key == first.activity.object_key == "https://x.example/1"
    assert first.activity.occurred_at == datetime(2026, 4, 1, 0, 5, tzinfo=UTC)
    assert second.activity.text == "メロンパン\n二段目"
    assert (first.row, second.row) == (2, 3)


def test_it_reads_the_numbers_of_posts_and_leaves_out_what_was_not_measured() -> None:
    first, second = entries(read_table(JAPANESE.encode()))
    assert {o.metric: o.value for o in first.observations} == {
        "likes": 1204.0,
        "reshares": 30.0,
        "impressions": 12000.0,
    }
    assert {o.metric: o.value for o in second.observations}["reshares"] == 0.0
    assert {o.subject for o in first.observations} == {"https://x.example/1"}
    assert {o.observed_at for o in first.observations} == {files.MEASURED}


def test_it_reads_when_the_numbers_were_taken() -> None:
    table = "date,text,likes,measured at\n2026-04-01,a,5,2026-04-08 10:00\n"
    [entry] = entries(read_table(table.encode()))
    assert entry.observations[0].observed_at == datetime(2026, 4, 8, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_it_finds_the_separator(delimiter: str) -> None:
    table = f"date{delimiter}text\n2026-04-01{delimiter}hello, world; again\n"
    table = table.replace("hello, world; again", '"hello, world; again"')
    [entry] = entries(read_table(table.encode()))
    assert entry.activity is not None
    assert entry.activity.text == "hello, world; again"


def test_it_finds_the_headers_below_a_title() -> None:
    table = "投稿レポート,,\n期間: 4月,,\n\n投稿日,時刻,本文\n2026/4/1,21:00,おやすみ\n"
    items = read_table(table.encode("cp932"))
    assert problems(items) == []
    [entry] = entries(items)
    assert entry.row == 5
    assert entry.at == datetime(2026, 4, 1, 12, 0, tzinfo=UTC)


def test_it_gives_posts_without_address_a_stable_key() -> None:
    table = b"date,text\n2026-04-01,a\n2026-04-01,b\n2026-04-01,a\n"
    keys = [entry.activity.key for entry in entries(read_table(table)) if entry.activity]
    assert keys[0] == keys[2] != keys[1]


def test_it_reads_a_shift_jis_table_with_a_broken_row() -> None:
    rows = JAPANESE.encode("cp932").replace("メロンパン".encode("cp932"), b"\x83\x81\x83\xfd\xff")
    items = read_table(rows)
    [problem] = [item for item in items if isinstance(item, Problem)]
    assert (problem.row, problem.code, problem.field) == (3, "characters", "text")
    assert problem.params["encoding"] == "cp932"
    assert [entry.row for entry in entries(items)] == [2]


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        ("yesterday,hello,,1", "time_unreadable", "time"),
        (",hello,,1", "time_missing", "time"),
        ("2036-01-01,hello,,1", "time_future", "time"),
        ("1970-01-01,hello,,1", "time_old", "time"),
        ("2026-02-30,hello,,1", "time_unreadable", "time"),
        ("2026-04-01,,,1", "nothing_said", "text"),
        ("2026-04-01,hello,not an address,1", "url_bad", "url"),
        ("2026-04-01,hello,,many", "number_unreadable", "likes"),
        ("2026-04-01,hello,,-1", "number_negative", "likes"),
        ("2026-04-01,hello", "columns", ""),
        ("2026-04-01,hello,,1,surplus", "columns", ""),
        ("2026-04-01,he\x00llo,,1", "nul", "text"),
    ],
)
def test_it_names_a_row_that_is_wrong_and_reads_on(row: str, code: str, field: str) -> None:
    table = f"date,text,url,likes\n2026-04-01,good,,1\n{row}\n2026-04-03,good too,,\n"
    items = read_table(table.encode())
    assert problems(items) == [(3, code, field)]
    assert [entry.row for entry in entries(items)] == [2, 4]


def test_it_names_a_quotation_that_never_ends() -> None:
    table = 'date,text\n2026-04-01,good\n2026-04-02,"open\n' + "x" * 200_000
    columns = Columns({"time": "date", "text": "text"})
    items = read_all(table.encode(), Kind.POSTS, columns)
    assert problems(items)[0] == (3, "quote", "")
    assert len(entries(items)) == 1


def test_it_passes_over_empty_rows() -> None:
    table = b"date,text\n\n2026-04-01,a\n,\n\n2026-04-02,b\n"
    items = read_table(table)
    assert [entry.row for entry in items] == [3, 6]


def test_it_finds_the_channel_by_name_or_handle() -> None:
    table = "date,text,channel\n2026-04-01,a,@Hana\n2026-04-01,b,花のパン\n2026-04-01,c,ren\n"
    items = read_table(table.encode(), channels={"hana": CHANNEL, "花のパン": CHANNEL})
    found = [entry.activity.channel_id for entry in entries(items) if entry.activity]
    assert found == [CHANNEL, CHANNEL]
    assert problems(items) == [(4, "channel_unknown", "channel")]


def test_it_puts_rows_without_channel_into_the_chosen_one() -> None:
    [entry] = entries(read_table(b"date,text\n2026-04-01,a\n", channel_id=CHANNEL))
    assert entry.activity is not None
    assert entry.activity.channel_id == CHANNEL


def test_it_reads_daily_numbers_in_columns() -> None:
    table = "日付,フォロワー数,いいね数\n2026/4/1,1200,\n2026/4/2,1.2万,30\n"
    first, second = entries(read_table(table.encode("cp932")))
    assert [(o.metric, o.value, o.subject) for o in first.observations] == [
        ("followers", 1200.0, "")
    ]
    assert [(o.metric, o.value) for o in second.observations] == [
        ("followers", 12000.0),
        ("likes", 30.0),
    ]
    assert first.at == datetime(2026, 4, 1, 3, 0, tzinfo=UTC)


def test_it_reads_daily_numbers_in_rows() -> None:
    table = "date,metric,value\n2026-04-01,フォロワー数,10\n2026-04-01,likes,3\n2026-04-01,mood,5\n"
    items = read_table(table.encode())
    assert [(o.metric, o.value) for e in entries(items) for o in e.observations] == [
        ("followers", 10.0),
        ("likes", 3.0),
    ]
    assert problems(items) == [(4, "metric_unknown", "metric")]


def test_it_names_a_day_without_any_number() -> None:
    assert problems(read_table(b"date,followers\n2026-04-01,\n")) == [(2, "nothing_counted", "")]


@pytest.mark.parametrize(
    ("fields", "kind", "code"),
    [
        ({"text": "text"}, Kind.POSTS, "no_time_column"),
        ({"time": "date"}, Kind.POSTS, "no_post_column"),
        ({"time": "date"}, Kind.METRICS, "no_number_column"),
        ({"time": "date", "text": "gone"}, Kind.POSTS, "columns_gone"),
    ],
)
def test_it_refuses_a_mapping_that_cannot_work(
    fields: dict[str, str], kind: Kind, code: str
) -> None:
    with pytest.raises(BrokenFileError) as caught:
        read_all(b"date,text\n2026-04-01,a\n", kind, Columns(fields))
    assert caught.value.code == code


def test_it_tells_headers_apart() -> None:
    layout = examine(io.BytesIO(b"date,,count,count\n2026-04-01,a,1,2\n"))
    assert layout.headers == ("date", "#2", "count", "count (2)")


def test_it_reads_days_before_months_when_only_that_fits() -> None:
    table = b"date,text\n03/04/2026,a\n25/04/2026,b\n"
    first, _ = entries(read_table(table))
    assert first.at.astimezone(files.TOKYO).date().isoformat() == "2026-04-03"


def test_it_looks_beyond_a_long_stretch_of_ascii_for_the_encoding() -> None:
    plain = b"2026-04-01,hello\n" * 100_000
    content = b"date,text\n" + plain + "2026-04-02,食パン\n".encode("cp932")
    assert detect_encoding(io.BytesIO(content)) == "cp932"


def test_it_refuses_an_empty_table() -> None:
    with pytest.raises(BrokenFileError, match="empty"):
        examine(io.BytesIO(b"\n\n"))
