from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from enishi.vocab import VocabError, build, parse, terms

FIXTURES = Path(__file__).parent / "fixtures"


def _load(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


TYPES: dict[str, dict[str, Any]] = _load("types")
PROPERTIES: dict[str, list[dict[str, Any]]] = _load("properties")
EDGES: dict[str, dict[str, Any]] = _load("edges")
BAD: list[dict[str, str]] = _load("bad")
EVERY = [
    *(pytest.param(document, id=name) for name, document in TYPES.items()),
    *(
        pytest.param(document, id=f"{name}-{number}")
        for name, documents in PROPERTIES.items()
        for number, document in enumerate(documents)
    ),
    *(pytest.param(document, id=name) for name, document in EDGES.items()),
]


@pytest.mark.parametrize("document", EVERY)
def test_it_gives_back_exactly_what_it_read(document: dict[str, Any]) -> None:
    written = json.dumps(document, ensure_ascii=False)
    node = parse(document)
    assert json.dumps(node.json(), ensure_ascii=False) == written
    assert parse(written) == parse(written.encode()) == node
    assert hash(parse(written)) == hash(node)


@pytest.mark.parametrize("name", sorted(terms.AS2_TYPES | terms.SCHEMA_TYPES))
def test_it_has_a_document_for_every_type(name: str) -> None:
    assert parse(TYPES[name]).type == name


@pytest.mark.parametrize("name", sorted(terms.PROPERTIES))
def test_it_has_a_document_for_every_property(name: str) -> None:
    assert all(name in json.dumps(document) for document in PROPERTIES[name])


@pytest.mark.parametrize("case", BAD, ids=lambda case: case["case"])
def test_it_says_where_a_bad_document_is_wrong(case: dict[str, str]) -> None:
    with pytest.raises(VocabError) as caught:
        parse(case["text"])
    assert caught.value.path == case["path"]
    assert case["message"] in caught.value.message


def test_it_refuses_text_that_is_not_utf_8() -> None:
    text = json.dumps({"type": "Note", "content": "食パン"}, ensure_ascii=False)
    with pytest.raises(VocabError, match="UTF-8"):
        parse(text.encode("cp932"))


def test_it_refuses_keys_that_are_no_texts() -> None:
    with pytest.raises(VocabError, match="the key 1 is not a text"):
        parse({"type": "Note", "x:inner": {1: "one"}})


def test_it_refuses_values_that_are_not_json() -> None:
    with pytest.raises(VocabError, match=r"\$\.x:when: bytes"):
        parse({"type": "Note", "x:when": b"raw"})


def test_it_refuses_a_document_of_too_many_values() -> None:
    with pytest.raises(VocabError, match="more than"):
        parse({"type": "Collection", "items": ["x"] * 200_001})


def test_it_refuses_a_text_that_is_too_large() -> None:
    with pytest.raises(VocabError, match="larger than 16 MB"):
        parse(" " * (16 * 1024 * 1024 + 1))


def test_it_survives_brackets_without_end() -> None:
    with pytest.raises(VocabError, match=r"nested|JSON"):
        parse('{"a":' * 100_000)


def test_it_admits_relative_addresses_of_an_archive_when_asked() -> None:
    document = {"type": "Document", "url": "/media/1.jpg"}
    assert parse(document, allow_relative=True).json() == document


def test_it_reads_a_raw_line_break_inside_a_text() -> None:
    assert parse('{"type": "Note", "content": "one\ntwo"}').text("content") == "one\ntwo"


def test_it_reads_what_it_built() -> None:
    node = build("Note", content="食パン")
    assert parse(json.dumps(node.json())) == node
