from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from enishi.vocab import Duration, Node, VocabError, build, parse, terms

JST = timezone(timedelta(hours=9))


def _create() -> Node:
    return parse(
        {
            "@context": terms.CONTEXT,
            "type": "Create",
            "id": "https://b.example/1",
            "actor": {"type": "Person", "id": "https://b.example/hana", "name": "Hana"},
            "object": {
                "type": "Note",
                "content": "やあ",
                "tag": [{"type": "Mention", "href": "https://b.example/ren", "name": "@ren"}],
                "url": [{"type": "Link", "href": "https://b.example/n/1"}],
                "enishi:reference": {"cid": "abc", "depth": 1},
            },
            "to": ["as:Public", "https://b.example/followers"],
        }
    )


def test_it_reads_inner_objects_as_nodes() -> None:
    note = _create().get("object")
    assert isinstance(note, Node)
    assert note.type == "Note"
    assert note.text("content") == "やあ"
    assert note.raw("enishi:reference") == {"cid": "abc", "depth": 1}


def test_it_lists_one_value_and_many_alike() -> None:
    node = _create()
    assert node.all("to") == ("as:Public", "https://b.example/followers")
    assert [item.id for item in node.all("actor") if isinstance(item, Node)] == [
        "https://b.example/hana"
    ]
    assert node.all("cc") == ()
    assert node.get("cc") is None


@pytest.mark.parametrize(
    ("property_", "expected"),
    [("actor", "https://b.example/hana"), ("to", "as:Public"), ("cc", "")],
)
def test_it_finds_the_identifier_however_it_is_written(property_: str, expected: str) -> None:
    assert _create().ref(property_) == expected


def test_it_finds_the_address_behind_a_link() -> None:
    note = _create().node("object")
    assert note is not None
    assert note.ref("url") == "https://b.example/n/1"
    assert note.ref("tag") == "https://b.example/ren"


def test_it_passes_over_identifiers_when_an_object_is_asked_for() -> None:
    node = build("Like", object=["https://b.example/1", build("Note", id="https://b.example/2")])
    found = node.node("object")
    assert found is not None
    assert found.id == "https://b.example/2"


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        (["Activity", "schema:BuyAction"], "schema:BuyAction"),
        (["Activity", "https://schema.org/BuyAction"], "schema:BuyAction"),
        (["prov:Activity", "Create"], "Create"),
        (["https://verbs.example/Check", "Activity"], "Activity"),
        (["gsp:Geometry"], "gsp:Geometry"),
        ("as:Note", "Note"),
        ([], ""),
    ],
)
def test_it_names_the_type_that_says_most(types: list[str] | str, expected: str) -> None:
    assert build(types).type == expected


def test_it_knows_every_type_it_is() -> None:
    node = build(["as:Person", "vcard:Individual"])
    assert node.types == ("Person", "vcard:Individual")
    assert node.is_a("Service", "Person")
    assert not node.is_a("Note")


def test_it_reads_prefixed_properties() -> None:
    node = parse({"@type": "as:Note", "@id": "urn:x", "as:content": "hello"})
    assert (node.type, node.id, node.text("content")) == ("Note", "urn:x", "hello")
    assert "content" in node
    assert "summary" not in node


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (None, "plain"),
        ("ja", "日本語"),
        ("ja-JP", "日本語"),
        ("pt", "português"),
        ("zh-Hans-CN", "简体"),
        ("fr", "plain"),
    ],
)
def test_it_chooses_the_text_of_a_language(language: str | None, expected: str) -> None:
    node = build(
        "Note",
        content="plain",
        content_map={"ja": "日本語", "pt-BR": "português", "zh-Hans": "简体"},
    )
    assert node.text("content", language) == expected


def test_it_takes_any_translation_before_none() -> None:
    assert build("Note", content_map={"ja": ["一", "二"]}).text("content") == "一"
    assert build("Note").text("content", "ja") == ""
    assert build("Note", name={"@value": "v"}).text("name") == "v"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-04-01T09:05:00Z", datetime(2026, 4, 1, 9, 5, tzinfo=UTC)),
        ("2026-04-01T09:05+09:00", datetime(2026, 4, 1, 0, 5, tzinfo=UTC)),
        ("2026-04-01t09:05:00.5z", datetime(2026, 4, 1, 9, 5, 0, 500_000, tzinfo=UTC)),
        ("2026-04-01 09:05:00.123456789+0900", datetime(2026, 4, 1, 0, 5, 0, 123456, tzinfo=UTC)),
        ("2026-06-30T23:59:60Z", datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC)),
        ("2026-04-01", datetime(2026, 4, 1, tzinfo=UTC)),
        ("Wed, 01 Apr 2026 09:05:00 +0900", datetime(2026, 4, 1, 0, 5, tzinfo=UTC)),
    ],
)
def test_it_reads_dates_leniently(text: str, expected: datetime) -> None:
    node = parse({"type": "Note", "published": text})
    assert node.when("published") == expected
    assert node.json()["published"] == text


def test_it_reads_no_date_from_words_nobody_knows() -> None:
    assert parse({"x:when": "soon"}).when("x:when") is None
    assert parse({"x:when": 5}).when("x:when") is None


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 4, 1, 9, 5, tzinfo=JST), "2026-04-01T00:05:00Z"),
        (datetime(2026, 4, 1, 9, 5, 0, 1500, tzinfo=UTC), "2026-04-01T09:05:00.001500Z"),
    ],
)
def test_it_writes_dates_exactly(at: datetime, expected: str) -> None:
    node = build("Note", published=at)
    assert node.json()["published"] == expected
    assert node.when("published") == at


def test_it_refuses_to_write_a_time_without_a_zone() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        build("Note", published=datetime(2026, 4, 1))  # noqa: DTZ001 - the mistake under test


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT2H30M", Duration(timedelta(hours=2, minutes=30))),
        ("P1Y2M", Duration(months=14)),
        ("P2W", Duration(timedelta(days=14))),
        ("-PT0.5S", Duration(timedelta(seconds=-0.5))),
        ("P3DT4H5M6.25S", Duration(timedelta(days=3, hours=4, minutes=5, seconds=6.25))),
    ],
)
def test_it_reads_durations(text: str, expected: Duration) -> None:
    assert build("Video", duration=text).duration("duration") == expected
    assert build("Video", duration=expected).duration("duration") == expected


def test_it_writes_durations() -> None:
    assert build("Video", duration=timedelta(hours=25, seconds=1.5)).json()["duration"] == (
        "P1DT1H1.5S"
    )
    assert str(Duration()) == "PT0S"
    assert str(Duration(timedelta(minutes=-1), -13)) == "-P1Y1MT1M"


def test_it_reads_numbers_also_from_text() -> None:
    node = build("Place", latitude="35.5", radius=15, **{"x:far": "very"})
    assert (node.number("latitude"), node.number("radius")) == (35.5, 15.0)
    assert node.number("x:far") is None
    assert node.number("altitude") is None


def test_it_builds_from_python_names_and_values() -> None:
    at = datetime(2026, 4, 1, tzinfo=UTC)
    node = build(
        ("Activity", terms.BUY),
        id="urn:1",
        in_reply_to="urn:0",
        published=at,
        object=[build("Note", content="x")],
        summary=None,
        **{"x:id": UUID(int=1), "x:more": {"a": None, "b": at}},
    )
    assert node.json() == {
        "type": ["Activity", "schema:BuyAction"],
        "id": "urn:1",
        "inReplyTo": "urn:0",
        "published": "2026-04-01T00:00:00Z",
        "object": [{"type": "Note", "content": "x"}],
        "x:id": "00000000-0000-0000-0000-000000000001",
        "x:more": {"b": "2026-04-01T00:00:00Z"},
    }


def test_it_checks_what_it_builds() -> None:
    with pytest.raises(VocabError, match=r"\$\.url"):
        build("Image", url="relative.png")


def test_it_makes_a_changed_copy() -> None:
    node = build("Note", id="urn:1", content="a", summary="s")
    changed = node.replace(content="b", summary=None, in_reply_to="urn:0")
    assert changed.json() == {
        "type": "Note",
        "id": "urn:1",
        "content": "b",
        "inReplyTo": "urn:0",
    }
    assert node.text("content") == "a"


def test_it_cannot_be_changed() -> None:
    source = {"type": "Note", "tag": [{"type": "Hashtag", "name": "#a"}]}
    node = parse(source)
    source["tag"].clear()  # type: ignore[attr-defined] # the value is a list
    node.json()["tag"].clear()
    node.raw("tag").clear()
    assert len(node.all("tag")) == 1
    with pytest.raises(AttributeError):
        node.type = "Event"  # type: ignore[misc] # the mistake under test
    with pytest.raises(AttributeError):
        del node._data
    with pytest.raises(TypeError):
        Node()


def test_it_compares_documents_and_not_python_values() -> None:
    one = parse({"type": "Note", "x:n": 1})
    assert one == parse({"x:n": 1, "type": "Note"})
    assert one != parse({"type": "Note", "x:n": True})
    assert one != parse({"type": "Note", "x:n": 1.0})
    assert one != {"type": "Note", "x:n": 1}
    assert len({one, parse({"x:n": 1, "type": "Note"})}) == 1


def test_it_can_be_copied_and_pickled() -> None:
    node = _create()
    assert pickle.loads(pickle.dumps(node)) == node  # noqa: S301 - our own bytes
    assert copy.deepcopy(node) == node


def test_it_shows_itself_shortly() -> None:
    assert repr(_create()) == "Node(Create https://b.example/1)"
    assert repr(parse({})) == "Node(?)"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Like", True), ("Activity", True), ("schema:BuyAction", True), ("Note", False)],
)
def test_it_tells_activities_from_things(name: str, *, expected: bool) -> None:
    assert terms.is_activity(name) is expected
