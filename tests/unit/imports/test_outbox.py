from __future__ import annotations

import json
import tracemalloc
from datetime import UTC, datetime
from typing import Any, BinaryIO, cast

import pytest

from enishi.activities.events import Direction
from enishi.imports.core.items import BrokenFileError, Columns, Kind, Skipped
from enishi.imports.core.reading import read
from tests.unit.imports import files
from tests.unit.imports.files import entries, outbox, outbox_entry, problems, read_all


def test_it_reads_a_published_note() -> None:
    [entry] = entries(read_all(outbox([outbox_entry(5)]), Kind.OUTBOX))
    activity = entry.activity
    assert activity is not None
    assert (activity.type, activity.direction) == ("Create", Direction.OUTBOUND)
    assert activity.source == "import:outbox"
    assert activity.key == "https://town.example/users/hana/statuses/5/activity"
    assert activity.object_key == "https://town.example/users/hana/statuses/5"
    assert activity.actor_key == "https://town.example/users/hana"
    assert activity.occurred_at == datetime(2025, 1, 1, 0, 5, tzinfo=UTC)
    assert activity.text == "今日のパン 5\n焼きたて & 熱々\n\n#パン"
    assert activity.language == "ja"
    assert activity.document == outbox_entry(5)


def test_it_reads_a_reshare_by_its_address() -> None:
    address = "https://elsewhere.example/notes/9"
    entry = outbox_entry(1, type="Announce", object=address)
    [item] = entries(read_all(outbox([entry]), Kind.OUTBOX))
    assert item.activity is not None
    assert (item.activity.type, item.activity.object_key) == ("Announce", address)


def test_it_reads_an_answer() -> None:
    inner = {"type": "Note", "id": "urn:2", "content": "はい", "inReplyTo": "urn:1"}
    [item] = entries(read_all(outbox([outbox_entry(1, object=inner)]), Kind.OUTBOX))
    assert item.activity is not None
    assert item.activity.target_key == "urn:1"


def test_it_reads_the_time_of_the_note_when_the_activity_has_none() -> None:
    inner = {"type": "Note", "id": "urn:2", "published": "2025-03-03T00:00:00Z"}
    [item] = entries(read_all(outbox([outbox_entry(1, published=None, object=inner)]), Kind.OUTBOX))
    assert item.at == datetime(2025, 3, 3, tzinfo=UTC)


def test_it_gives_an_entry_without_identifier_a_stable_key() -> None:
    content = outbox([outbox_entry(1, id=None)])
    first, second = (entries(read_all(content, Kind.OUTBOX))[0].activity for _ in range(2))
    assert first is not None
    assert first == second
    assert first.key.startswith("digest:")


def test_it_reads_counts_that_stand_at_the_note() -> None:
    inner = {
        "type": "Note",
        "id": "urn:2",
        "likes": {"type": "Collection", "totalItems": 4},
        "shares": {"type": "Collection", "totalItems": 0},
    }
    [item] = entries(read_all(outbox([outbox_entry(1, object=inner)]), Kind.OUTBOX))
    assert [(o.subject, o.metric, o.value, o.observed_at) for o in item.observations] == [
        ("urn:2", "likes", 4.0, files.MEASURED),
        ("urn:2", "reshares", 0.0, files.MEASURED),
    ]


def test_it_leaves_direct_messages_out() -> None:
    letter = outbox_entry(1, to=["https://town.example/users/ren"], cc=[])
    for_followers = outbox_entry(2, to=["https://town.example/users/hana/followers"], cc=[])
    items = read_all(outbox([letter, for_followers]), Kind.OUTBOX)
    assert items[0] == Skipped(1, "private")
    assert len(entries(items)) == 1


@pytest.mark.parametrize(
    ("entry", "code", "field"),
    [
        (outbox_entry(1, published=None), "time_missing", "published"),
        (outbox_entry(1, published="2036-01-01T00:00:00Z"), "time_future", "published"),
        (outbox_entry(1, published="1970-01-01T00:00:00Z"), "time_old", "published"),
        (outbox_entry(1, published="soon"), "vocab", "$.published"),
        (outbox_entry(1, actor=5), "vocab", "$.actor"),
        (outbox_entry(1, type="Note"), "not_activity", ""),
        ("https://town.example/1", "not_activity", ""),
        (7, "not_activity", ""),
        (outbox_entry(1, object={"type": "Note", "content": "a\x00b"}), "nul", "content"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_names_an_entry_that_is_wrong_and_reads_on(entry: Any, code: str, field: str) -> None:
    items = read_all(outbox([outbox_entry(1), entry, outbox_entry(3)]), Kind.OUTBOX)
    assert problems(items) == [(2, code, field)]
    assert [item.row for item in entries(items)] == [1, 3]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (outbox([outbox_entry(n) for n in range(9)])[:-200], "cut_off"),
        (b'{"orderedItems": [{"type": "Create", }]}', "not_json"),
        (b'{"orderedItems": [1, 2]} surplus', "not_json"),
        (
            b'{"type": "OrderedCollection", "totalItems": 5, "first": "https://a.example"}',
            "no_entries",
        ),
        (b'{"nested": {"orderedItems": []}}', "no_entries"),
        (b'{"orderedItems": [{"type": "\xff\xfe"}]}', "not_json"),
    ],
)
def test_it_refuses_a_file_that_is_broken(content: bytes, code: str) -> None:
    with pytest.raises(BrokenFileError) as caught:
        read_all(content, Kind.OUTBOX)
    assert caught.value.code == code


def test_it_reads_unordered_items_too() -> None:
    content = json.dumps({"type": "Collection", "items": [outbox_entry(1)]}).encode()
    assert len(entries(read_all(content, Kind.OUTBOX))) == 1


def test_it_reads_a_huge_outbox_in_little_memory() -> None:
    stream = cast("BinaryIO", files.OutboxStream(2_000))
    tracemalloc.start()
    try:
        items = read(stream, Kind.OUTBOX, files.target(Kind.OUTBOX), Columns())
        count = sum(1 for _ in items)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 2_000
    assert peak < 3 * 1024 * 1024
