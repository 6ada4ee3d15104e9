from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import libipld
import pytest

from enishi.imports.core.items import BrokenFileError, Kind
from tests.unit.imports.files import Repository, entries, problems, read_all, repository


def test_it_reads_posts_likes_reposts_and_follows() -> None:
    found = entries(read_all(repository(2).car(), Kind.REPOSITORY))
    acts = [(e.activity.type, e.activity.object_key) for e in found if e.activity]
    other = "at://did:plc:ren/app.bsky.feed.post/1"
    assert sorted(acts) == [
        ("Announce", other),
        ("Create", "at://did:plc:hana/app.bsky.feed.post/3k00000"),
        ("Create", "at://did:plc:hana/app.bsky.feed.post/3k00001"),
        ("Follow", "did:plc:ren"),
        ("Like", other),
    ]


def test_it_reads_a_post_with_language_and_what_it_answers() -> None:
    made = Repository()
    uri = made.add(
        "app.bsky.feed.post",
        "3k1",
        {
            "text": "はい",
            "createdAt": "2026-04-01T09:05:00+09:00",
            "langs": ["ja"],
            "reply": {"parent": {"uri": "at://did:plc:ren/app.bsky.feed.post/1"}},
        },
    )
    [entry] = entries(read_all(made.car(), Kind.REPOSITORY))
    activity = entry.activity
    assert activity is not None
    assert (activity.key, activity.text, activity.language) == (uri, "はい", "ja")
    assert activity.target_key == "at://did:plc:ren/app.bsky.feed.post/1"
    assert activity.actor_key == "did:plc:hana"
    assert activity.occurred_at == datetime(2026, 4, 1, 0, 5, tzinfo=UTC)
    assert activity.document["object"]["content"] == "はい"


def test_it_reads_every_record_of_a_larger_tree() -> None:
    assert len(entries(read_all(repository(300).car(), Kind.REPOSITORY))) == 303


def test_it_reads_an_empty_repository() -> None:
    made = Repository()
    made.add("app.bsky.actor.profile", "self", {"displayName": "Hana"})
    assert read_all(made.car(), Kind.REPOSITORY) == []


@pytest.mark.parametrize(
    ("collection", "record", "code"),
    [
        ("app.bsky.feed.post", {"text": "x"}, "time_missing"),
        ("app.bsky.feed.post", {"text": "x", "createdAt": "soon"}, "time_unreadable"),
        ("app.bsky.feed.post", {"text": 5, "createdAt": "2026-04-01T00:00:00Z"}, "not_a_post"),
        ("app.bsky.feed.post", ["text"], "not_a_record"),
        ("app.bsky.feed.like", {"createdAt": "2026-04-01T00:00:00Z"}, "subject_missing"),
        ("app.bsky.graph.follow", {"createdAt": "2026-04-01T00:00:00Z"}, "subject_missing"),
    ],
)
def test_it_names_a_record_that_is_wrong_and_reads_on(
    collection: str, record: Any, code: str
) -> None:
    made = repository(2)
    made.add(collection, "zz", record)
    items = read_all(made.car(), Kind.REPOSITORY)
    assert [found for _, found, _ in problems(items)] == [code]
    assert len(entries(items)) == 5


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9, 0.999])
def test_it_refuses_a_repository_that_is_cut_off(share: float) -> None:
    car = repository(30).car()
    with pytest.raises(BrokenFileError) as caught:
        read_all(car[: int(len(car) * share)], Kind.REPOSITORY)
    assert caught.value.code == "cut_off"


def test_it_refuses_a_repository_cut_off_between_two_blocks() -> None:
    made = repository(3)
    car = made.car()
    last = list(made.blocks.values())[-2]
    with pytest.raises(BrokenFileError, match="cut_off"):
        read_all(car[: -(len(last) + 37)], Kind.REPOSITORY)


def test_it_refuses_a_block_that_was_altered() -> None:
    car = repository(3).car()
    with pytest.raises(BrokenFileError, match="damaged"):
        read_all(car.replace("パン 1".encode(), "パン 9".encode()), Kind.REPOSITORY)


def test_it_refuses_a_tree_that_leads_nowhere() -> None:
    made = Repository()
    made.blocks.clear()
    root = made.put({"did": "did:plc:x", "data": b"\x01\x71\x12\x20" + b"\x00" * 32})
    header = libipld.encode_dag_cbor({"roots": [root], "version": 1})
    block = root + made.blocks[root]
    car = bytes([len(header)]) + header + bytes([len(block)]) + block
    with pytest.raises(BrokenFileError, match="cut_off"):
        read_all(car, Kind.REPOSITORY)


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00", b"\x05hello", b"\xff" * 20, bytes([3]) + libipld.encode_dag_cbor({"a": 1})],
)
def test_it_refuses_what_is_no_repository(content: bytes) -> None:
    with pytest.raises(BrokenFileError):
        read_all(content, Kind.REPOSITORY)
