"""The outbox of an ActivityStreams archive, read entry by entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any, BinaryIO, Final

import ijson

from enishi.activities.events import Direction, NewActivity, NewObservation
from enishi.imports.core.items import (
    BrokenFileError,
    Entry,
    Item,
    RowError,
    Skipped,
    Target,
    broken_json,
    sound_text,
    sound_time,
)
from enishi.imports.core.plain import plain_text
from enishi.vocab import Node, VocabError, parse, terms

_LISTS: Final = {"orderedItems": "orderedItems.item", "items": "items.item"}
_COUNTED: Final = {"likes": "likes", "shares": "reshares", "replies": "replies"}
Document = Mapping[str, Any]
_PUBLIC: Final = {terms.PUBLIC, "as:Public", "Public"}


def read(stream: BinaryIO, target: Target, first_row: int = 1) -> Iterator[Item]:
    """Entries of the outbox; raises BrokenFileError when the file is none or is cut off."""
    try:
        prefix = _prefix_of_list(stream)
        stream.seek(0)
        row = first_row - 1
        for row, document in enumerate(
            ijson.items(stream, prefix, use_float=True), start=first_row
        ):
            yield _item(row, document, target)
    except (ijson.JSONError, UnicodeDecodeError, OverflowError) as error:
        raise broken_json(error) from error


def _prefix_of_list(stream: BinaryIO) -> str:
    depth = 0
    for event, value in ijson.basic_parse(stream, use_float=True):
        if event == "map_key" and depth == 1 and value in _LISTS:
            return _LISTS[value]
        if event.startswith("start_"):
            depth += 1
        elif event.startswith("end_"):
            depth -= 1
    raise BrokenFileError("no_entries")


def _item(row: int, document: Any, target: Target) -> Item:
    try:
        node = _node(document)
        if not _is_public(node):
            return Skipped(row, "private")
        return _entry(row, node, document, target)
    except RowError as error:
        return error.at(row)


def _node(document: Any) -> Node:
    if not isinstance(document, dict):
        raise RowError("not_activity", value=str(document)[:80])
    try:
        node = parse(document, allow_relative=True)
    except VocabError as error:
        raise RowError("vocab", field=error.path, detail=error.message) from error
    if not any(terms.is_activity(name) for name in node.types):
        raise RowError("not_activity", value=node.type)
    return node


def _is_public(node: Node) -> bool:
    """Whether more people than those named can read it; letters stay out of the log."""
    addressed = [
        item if isinstance(item, str) else item.id
        for name in ("to", "cc", "audience")
        for item in node.all(name)
    ]
    return not addressed or any(
        address in _PUBLIC or address.endswith("/followers") for address in addressed
    )


def _entry(row: int, node: Node, document: Document, target: Target) -> Entry:
    inner = node.node("object")
    activity = _activity(node, inner, document, target)
    observations = _observations(inner, activity, target) if inner else ()
    return Entry(row, activity, observations)


def _activity(node: Node, inner: Node | None, document: Document, target: Target) -> NewActivity:
    at = node.when("published") or (inner.when("published") if inner else None)
    if at is None:
        raise RowError("time_missing", field="published")
    actor = node.node("actor")
    return NewActivity(
        workspace_id=target.workspace_id,
        type=node.type,
        key=node.id or _digest(node),
        source=target.source,
        occurred_at=sound_time(at, target, field="published"),
        channel_id=target.channel_id,
        direction=Direction.OUTBOUND,
        actor_key=node.ref("actor"),
        actor_name=(actor.text("name") if actor else "") or target.actor_name,
        object_type=inner.type if inner else "",
        object_key=node.ref("object"),
        target_key=inner.ref("inReplyTo") if inner else node.ref("target"),
        text=sound_text(_text(inner), field="content") if inner else "",
        language=_language(inner),
        user_id=target.user_id,
        via=target.via,
        document=document,
    )


def _text(inner: Node) -> str:
    heading = inner.text("name") if inner.is_a("Article", "Page", "Event", "Question") else ""
    body = plain_text(inner.text("content") or inner.text("summary"))
    return "\n".join(part for part in (heading, body) if part) or inner.text("name")


def _language(inner: Node | None) -> str:
    translations = inner.raw("contentMap") if inner else None
    return next(iter(translations), "")[:35] if isinstance(translations, dict) else ""


def _digest(node: Node) -> str:
    return "digest:" + blake2b(repr(node.json()).encode(), digest_size=20).hexdigest()


def _observations(inner: Node, activity: NewActivity, target: Target) -> tuple[NewObservation, ...]:
    """Likes and shares that the archive counts at the post itself."""
    counted = (
        (metric, collection.number("totalItems"))
        for name, metric in _COUNTED.items()
        if (collection := inner.node(name)) is not None
    )
    return tuple(
        NewObservation(
            workspace_id=target.workspace_id,
            channel_id=target.channel_id,
            subject=activity.object_key,
            metric=metric,
            value=value,
            observed_at=target.measured_at,
            source=target.source,
        )
        for metric, value in counted
        if value is not None and activity.object_key
    )
