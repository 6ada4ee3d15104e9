"""`tweets.js` of an archive: a script that assigns one great list."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final

import ijson

from enishi.activities.events import Direction, NewActivity, NewObservation
from enishi.imports.core.items import (
    BrokenFileError,
    Entry,
    Item,
    Problem,
    RowError,
    Target,
    broken_json,
    sound_text,
    sound_time,
)
from enishi.vocab import VocabError, parse
from enishi.vocab.times import write_datetime

_MONTHS: Final = dict(
    zip(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        range(1, 13),
        strict=True,
    )
)
_COUNTED: Final = {"favorite_count": "likes", "retweet_count": "reshares"}
_PERMALINK: Final = "https://x.com/i/web/status/{}"
_HEAD_BYTES: Final = 4096
_TIME_PARTS: Final = 6


class _AfterAssignment:
    """The stream from its first bracket on."""

    def __init__(self, stream: BinaryIO) -> None:
        head = stream.read(_HEAD_BYTES)
        start = head.find(b"[")
        if start < 0 or not head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"window.", b"[")):
            raise BrokenFileError("not_tweets")
        self._head = head[start:]
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        if size == 0:  # ijson asks for nothing, to see whether it gets bytes
            return b""
        head, self._head = self._head, b""
        return head or self._stream.read(size)


def read(stream: BinaryIO, target: Target, first_row: int = 1) -> Iterator[Item]:
    """Posts of the archive; raises BrokenFileError when the file is none or is cut off."""
    try:
        entries = ijson.items(_AfterAssignment(stream), "item", use_float=True)
        for row, document in enumerate(entries, start=first_row):
            yield _item(row, document, target)
    except (ijson.JSONError, UnicodeDecodeError, OverflowError) as error:
        raise broken_json(error) from error


def _item(row: int, document: Any, target: Target) -> Item:
    tweet = document.get("tweet", document) if isinstance(document, dict) else None
    if not isinstance(tweet, dict):
        return Problem(row, "not_a_post")
    try:
        activity = _activity(tweet, target)
    except RowError as error:
        return error.at(row)
    except VocabError as error:
        return Problem(row, "vocab", error.path, {"detail": error.message})
    return Entry(row, activity, tuple(_observations(tweet, activity, target)))


def _activity(tweet: Mapping[str, Any], target: Target) -> NewActivity:
    identifier = _string(tweet, "id_str") or _string(tweet, "id")
    if not identifier:
        raise RowError("id_missing", field="id_str")
    at = sound_time(_time(_string(tweet, "created_at")), target, field="created_at")
    text = sound_text(_text(tweet), field="full_text")
    is_reshare = text.startswith("RT @")
    return NewActivity(
        workspace_id=target.workspace_id,
        type="Announce" if is_reshare else "Create",
        key=identifier,
        source=target.source,
        occurred_at=at,
        channel_id=target.channel_id,
        direction=Direction.OUTBOUND,
        actor_name=target.actor_name,
        object_type="" if is_reshare else "Note",
        object_key=identifier,
        target_key=_string(tweet, "in_reply_to_status_id_str"),
        text=text,
        language=_string(tweet, "lang").replace("und", "")[:35],
        user_id=target.user_id,
        via=target.via,
        document=_document(tweet, identifier, at, text, is_reshare=is_reshare),
    )


def _time(text: str) -> datetime:
    """`Wed Oct 10 20:19:24 +0000 2018`, read without the machine's locale."""
    parts = text.split()
    if not text:
        raise RowError("time_missing", field="created_at")
    try:
        if len(parts) != _TIME_PARTS:
            return datetime.fromisoformat(text).astimezone(UTC)
        _weekday, month, day, clock, zone, year = parts
        return datetime.fromisoformat(
            f"{year}-{_MONTHS[month]:02d}-{int(day):02d}T{clock}{zone}"
        ).astimezone(UTC)
    except (ValueError, KeyError, OverflowError) as error:
        raise RowError("time_unreadable", field="created_at", value=text[:80]) from error


def _text(tweet: Mapping[str, Any]) -> str:
    """The text with entities resolved and short links replaced by where they lead."""
    text = html.unescape(_string(tweet, "full_text") or _string(tweet, "text"))
    for link in _entities(tweet, "urls"):
        short, target = _string(link, "url"), _string(link, "expanded_url")
        if short and target:
            text = text.replace(short, target)
    for media in _entities(tweet, "media"):
        if short := _string(media, "url"):
            text = text.replace(short, "")
    return text.strip()


def _entities(tweet: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    entities = tweet.get("entities")
    found = entities.get(name) if isinstance(entities, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _string(source: Mapping[str, Any], name: str) -> str:
    value = source.get(name)
    return str(value) if isinstance(value, str | int) else ""


def _document(
    tweet: Mapping[str, Any], identifier: str, at: datetime, text: str, *, is_reshare: bool
) -> dict[str, Any]:
    published = write_datetime(at)
    note: dict[str, Any] = {
        "type": "Note",
        "id": identifier,
        "content": text,
        "published": published,
        "url": _PERMALINK.format(identifier),
    }
    if answered := _string(tweet, "in_reply_to_status_id_str"):
        note["inReplyTo"] = answered
    if hashtags := _entities(tweet, "hashtags"):
        note["tag"] = [{"type": "Hashtag", "name": "#" + _string(tag, "text")} for tag in hashtags]
    kind = "Announce" if is_reshare else "Create"
    document = {"type": kind, "id": identifier, "published": published, "object": note}
    parse(document)
    return document


def _observations(
    tweet: Mapping[str, Any], activity: NewActivity, target: Target
) -> Iterator[NewObservation]:
    for name, metric in _COUNTED.items():
        value = _string(tweet, name)
        if value.isdecimal() and activity.type == "Create":
            yield NewObservation(
                workspace_id=target.workspace_id,
                channel_id=target.channel_id,
                subject=activity.object_key,
                metric=metric,
                value=float(value),
                observed_at=target.measured_at,
                source=target.source,
            )
