"""Whatever JSON says, reading and writing it changes nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from enishi.vocab import Duration, VocabError, build, parse, terms
from enishi.vocab.times import read_datetime, write_datetime

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
values = st.recursive(
    scalars | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)
identifiers = st.from_regex(r"https://[a-z]{1,8}\.example/[a-z0-9]{0,8}", fullmatch=True)
type_names = st.sampled_from(sorted(terms.AS2_TYPES - terms.COLLECTION_TYPES))
times = st.datetimes(timezones=st.just(UTC))


def _nodes(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    links = identifiers | inner
    return st.fixed_dictionaries(
        {"type": type_names | st.lists(type_names, min_size=1, max_size=3)},
        optional={
            "id": identifiers,
            "name": texts | st.none(),
            "contentMap": st.dictionaries(st.sampled_from(["ja", "en", "zh-Hans"]), texts),
            "published": times.map(write_datetime),
            "actor": links,
            "object": links | st.lists(links, max_size=3),
            "url": identifiers,
            "x:extension": values,
        },
    )


nodes = st.recursive(_nodes(st.nothing()), _nodes, max_leaves=3)


@given(nodes)
def test_it_round_trips_every_node(document: dict[str, Any]) -> None:
    node = parse(document)
    assert json.dumps(node.json()) == json.dumps(document)
    assert parse(json.dumps(document)) == node


def _path_of_refusal(text: str) -> str:
    try:
        parse(text)
    except VocabError as error:
        return error.path
    return ""


@given(values)
def test_it_reads_any_json_or_says_where_it_is_wrong(value: Any) -> None:
    text = json.dumps(value)
    if not _path_of_refusal(text):
        assert parse(text).json() == value


@given(texts)
def test_it_reads_any_text_or_says_that_it_is_no_document(text: str) -> None:
    assert _path_of_refusal(text).startswith("$")


@given(times)
def test_it_writes_times_that_it_reads_back(at: datetime) -> None:
    assert read_datetime(write_datetime(at)) == at


@given(
    st.timedeltas(min_value=timedelta(), max_value=timedelta(days=9_999)),
    st.integers(0, 999),
    st.booleans(),
)
def test_it_writes_durations_that_it_reads_back(
    span: timedelta,
    months: int,
    negative: bool,  # noqa: FBT001 - hypothesis gives it by name
) -> None:
    duration = Duration(-span, -months) if negative else Duration(span, months)
    assert build("Video", duration=duration).duration("duration") == duration
