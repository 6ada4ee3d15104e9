"""The repository of an account: its posts, likes, reposts and follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Final

from enishi.activities.events import Direction, NewActivity
from enishi.imports.core.blocks import Archive
from enishi.imports.core.items import (
    BrokenFileError,
    Entry,
    Item,
    Problem,
    RowError,
    Target,
    sound_text,
    sound_time,
)
from enishi.vocab.times import read_datetime, write_datetime

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Act:
    """What a record says, in our words."""

    type: str
    object_key: str
    object_type: str = ""
    target_key: str = ""
    text: str = ""
    language: str = ""
    object: Mapping[str, str] | None = None


def read(stream: BinaryIO, target: Target, first_row: int = 1) -> Iterator[Item]:
    """Entries of the repository; raises BrokenFileError when a part of it is missing."""
    archive = Archive(stream)
    commit = archive.block(archive.root)
    if not isinstance(commit, dict) or not isinstance(commit.get("data"), bytes):
        raise BrokenFileError("not_repository")
    owner = str(commit.get("did", ""))
    row = first_row - 1
    for path, cid in archive.records(commit["data"]):
        reader = _READERS.get(path.partition("/")[0])
        record = archive.block(cid)
        if reader is not None:
            row += 1
            yield _item(row, f"at://{owner}/{path}", owner, record, reader, target)


def _item(row: int, uri: str, owner: str, record: object, reader: _Reader, target: Target) -> Item:
    if not isinstance(record, dict):
        return Problem(row, "not_a_record", params={"value": uri})
    try:
        at = _time(record, target)
        return Entry(row, _activity(uri, owner, at, reader(uri, record), target))
    except RowError as error:
        return error.at(row)


def _time(record: Record, target: Target) -> datetime:
    text = record.get("createdAt")
    if not isinstance(text, str) or not text:
        raise RowError("time_missing", field="createdAt")
    at = read_datetime(text)
    if at is None:
        raise RowError("time_unreadable", field="createdAt", value=text[:80])
    return sound_time(at, target, field="createdAt")


def _activity(uri: str, owner: str, at: datetime, act: _Act, target: Target) -> NewActivity:
    document = {
        "type": act.type,
        "id": uri,
        "actor": owner,
        "published": write_datetime(at),
        "object": act.object or act.object_key,
    }
    return NewActivity(
        workspace_id=target.workspace_id,
        type=act.type,
        key=uri,
        source=target.source,
        occurred_at=at,
        channel_id=target.channel_id,
        direction=Direction.OUTBOUND,
        actor_key=owner,
        actor_name=target.actor_name,
        object_type=act.object_type,
        object_key=act.object_key,
        target_key=act.target_key,
        text=act.text,
        language=act.language,
        user_id=target.user_id,
        via=target.via,
        document=document,
    )


def _post(uri: str, record: Record) -> _Act:
    text = record.get("text")
    if not isinstance(text, str):
        raise RowError("not_a_post", field="text")
    languages = record.get("langs")
    answered = _uri_in(record.get("reply"), "parent")
    note = {
        "type": "Note",
        "id": uri,
        "content": sound_text(text),
        "published": str(record["createdAt"]),
    }
    if answered:
        note["inReplyTo"] = answered
    first = languages[0] if isinstance(languages, list) and languages else ""
    language = first[:35] if isinstance(first, str) else ""
    return _Act("Create", uri, "Note", answered, text, language, note)


def _uri_in(value: object, name: str) -> str:
    """The address in `{name: {uri: …}}`, or an empty string."""
    inner = value.get(name) if isinstance(value, dict) else None
    uri = inner.get("uri") if isinstance(inner, dict) else None
    return uri if isinstance(uri, str) else ""


def _on_subject(kind: str) -> _Reader:
    def read_record(_uri: str, record: Record) -> _Act:
        subject = _uri_in(record, "subject")
        if not subject:
            raise RowError("subject_missing", field="subject")
        return _Act(kind, subject)

    return read_record


def _follow(_uri: str, record: Record) -> _Act:
    subject = record.get("subject")
    if not isinstance(subject, str) or not subject:
        raise RowError("subject_missing", field="subject")
    return _Act("Follow", subject, "Person")


_Reader = Callable[[str, Record], _Act]
_READERS: Final[Mapping[str, _Reader]] = {
    "app.bsky.feed.post": _post,
    "app.bsky.feed.like": _on_subject("Like"),
    "app.bsky.feed.repost": _on_subject("Announce"),
    "app.bsky.graph.follow": _follow,
}
