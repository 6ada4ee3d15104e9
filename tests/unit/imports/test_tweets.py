from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from enishi.imports.core.items import BrokenFileError, Kind
from tests.unit.imports import files
from tests.unit.imports.files import entries, problems, read_all, tweet, tweets


def test_it_reads_a_post_with_its_numbers() -> None:
    [entry] = entries(read_all(tweets([tweet(5)]), Kind.TWEETS))
    activity = entry.activity
    assert activity is not None
    assert (activity.type, activity.key) == ("Create", "1500000000000000005")
    assert activity.text == "パン 5 & 紅茶 https://bakery.example/"
    assert activity.occurred_at == datetime(2026, 4, 1, 9, 5, tzinfo=UTC)
    assert activity.language == "ja"
    assert activity.document["object"]["tag"] == [{"type": "Hashtag", "name": "#パン"}]
    assert [(o.metric, o.value, o.observed_at) for o in entry.observations] == [
        ("likes", 3.0, files.MEASURED),
        ("reshares", 1.0, files.MEASURED),
    ]


def test_it_reads_a_reshare_without_the_numbers_of_others() -> None:
    [entry] = entries(read_all(tweets([tweet(1, full_text="RT @ren: 粉が届いた")]), Kind.TWEETS))
    assert entry.activity is not None
    assert entry.activity.type == "Announce"
    assert entry.observations == ()


def test_it_reads_an_answer_and_drops_the_link_of_a_picture() -> None:
    media = {"media": [{"url": "https://t.co/pic"}]}
    document = tweet(
        1, full_text="写真です https://t.co/pic", entities=media, in_reply_to_status_id_str="77"
    )
    [entry] = entries(read_all(tweets([document]), Kind.TWEETS))
    assert entry.activity is not None
    assert (entry.activity.text, entry.activity.target_key) == ("写真です", "77")


def test_it_reads_entries_without_a_wrapper_and_other_dates() -> None:
    inner = tweet(1, created_at="2026-04-01T09:05:00+09:00")["tweet"]
    [entry] = entries(read_all(tweets([inner]), Kind.TWEETS))
    assert entry.at == datetime(2026, 4, 1, 0, 5, tzinfo=UTC)


def test_it_reads_all_parts_of_an_archive() -> None:
    archive = files.zipped(
        {
            "data/tweets-part1.js": tweets([tweet(3)], part=1),
            "data/account.js": b"window.YTD.account.part0 = []",
            "data/tweets.js": tweets([tweet(1), tweet(2)]),
        }
    )
    found = entries(read_all(archive, Kind.TWEETS))
    assert [entry.row for entry in found] == [1, 2, 3]
    assert [entry.activity.text[:4] for entry in found if entry.activity] == [
        "パン 1",
        "パン 2",
        "パン 3",
    ]


@pytest.mark.parametrize(
    ("document", "code", "field"),
    [
        (tweet(1, id_str=None), "id_missing", "id_str"),
        (tweet(1, created_at=None), "time_missing", "created_at"),
        (tweet(1, created_at="Wed Foo 01 09:05:00 +0000 2026"), "time_unreadable", "created_at"),
        (tweet(1, created_at="Wed Apr 01 09:05:00 +0000 2036"), "time_future", "created_at"),
        (tweet(1, full_text="a\x00"), "nul", "full_text"),
        ("text", "not_a_post", ""),
        ({"tweet": 5}, "not_a_post", ""),
    ],
)
def test_it_names_a_post_that_is_wrong_and_reads_on(document: Any, code: str, field: str) -> None:
    items = read_all(tweets([tweet(1), document, tweet(3)]), Kind.TWEETS)
    assert problems(items) == [(2, code, field)]
    assert len(entries(items)) == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (tweets([tweet(n) for n in range(9)])[:-50], "cut_off"),
        (b"window.YTD.tweets.part0 = [ {bad} ]", "not_json"),
        (b"window.YTD.tweets.part0 = nothing", "not_tweets"),
        (b"alert([1])", "not_tweets"),
    ],
)
def test_it_refuses_a_file_that_is_broken(content: bytes, code: str) -> None:
    with pytest.raises(BrokenFileError) as caught:
        read_all(content, Kind.TWEETS)
    assert caught.value.code == code
