"""Between the town's rows and ActivityStreams values. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from enishi.adapters.sandbox.measures import Measure
from enishi.adapters.sandbox.network import AccountRow, ActRow
from enishi.adapters.sandbox.store import PostRow
from enishi.channels.contract import Account, Metric, Outgoing, Receipt, Secrets
from enishi.vocab import Node, build

POST = "post-"
ACT = "act-"


def post_id(number: int) -> str:
    return f"{POST}{number}"


def post_number(remote_id: str) -> int | None:
    """The number in a post's id; None when it is not one of ours."""
    number = remote_id.removeprefix(POST)
    return int(number) if remote_id.startswith(POST) and number.isdecimal() else None


def account(row: AccountRow, token: str) -> Account:
    return Account(
        remote_id=row.id,
        handle=row.handle,
        name=row.name,
        url="",
        description=row.about,
        secrets=Secrets({"token": token}),
    )


def receipt(rows: list[PostRow], comment: PostRow | None = None) -> Receipt:
    """Proof of a post; `extra` is what a later answer in its thread needs."""
    first, *parts = rows
    return Receipt(
        remote_id=post_id(first.number),
        url="",
        extra={"root": post_id(first.thread)},
        parts=[post_id(part.number) for part in parts],
        comment=post_id(comment.number) if comment else "",
    )


def media(outgoing: Outgoing) -> list[Mapping[str, object]]:
    """What the town remembers of attachments: it keeps no files."""
    return [
        {
            "type": attachment.media_type,
            "alt": attachment.alt,
            "bytes": len(attachment.content()),
            "width": attachment.width,
            "height": attachment.height,
        }
        for attachment in outgoing.attachments
    ]


def own_post(row: PostRow, author: AccountRow) -> Node:
    """A post of the account itself."""
    return build(
        "Create",
        id=f"create-{row.number}",
        published=_when(row.created_at),
        actor=_person(author),
        object=_note(row),
    )


def activity(act: ActRow, owner: AccountRow) -> Node:
    """Something that somebody did to the account."""
    return _SHAPES[act.kind](act, owner)


def metric(measure: Measure, observed_at: datetime) -> Metric:
    subject = "" if measure.post is None else post_id(measure.post)
    return Metric(subject, measure.metric, measure.value, observed_at)


def _when(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _person(row: AccountRow) -> Node:
    return build("Person", id=row.id, name=row.name, preferred_username=row.handle)


def _note(row: PostRow) -> Node:
    extra: dict[str, Any] = {
        "enishi:reference": {"root": post_id(row.thread)},
        "tag": _hashtags(row.text) or None,
        "attachment": _attachments(row.media) or None,
        "quoteUrl": None if row.quotes is None else post_id(row.quotes),
    }
    if row.language:
        extra["contentMap"] = {row.language: row.text}
    return build(
        "Note",
        id=post_id(row.number),
        content=row.text,
        published=_when(row.created_at),
        in_reply_to=None if row.reply_to is None else post_id(row.reply_to),
        context=post_id(row.thread),
        **{name: value for name, value in extra.items() if value is not None},
    )


def _hashtags(text: str) -> list[Node]:
    words = (word for word in text.replace("＃", "#").split() if word.startswith("#"))
    return [build("Hashtag", name=word) for word in words if len(word) > 1]


def _attachments(media_json: str) -> list[Node]:
    return [
        build("Image", name=item["alt"], media_type=item["type"]) for item in json.loads(media_json)
    ]


def _base(act: ActRow, kind: str, target: object, **more: Any) -> Node:
    return build(
        kind,
        id=f"{ACT}{act.number}",
        published=_when(act.at),
        actor=_person(act.actor),
        object=target,
        **{"enishi:reason": act.kind},
        **more,
    )


def _on_post(kind: str) -> Callable[[ActRow, AccountRow], Node]:
    def shape(act: ActRow, _owner: AccountRow) -> Node:
        return _base(act, kind, post_id(act.subject or 0))

    return shape


def _written(act: ActRow, owner: AccountRow) -> Node:
    assert act.post is not None  # noqa: S101 - replies, quotes and mentions are posts
    note = _note(act.post)
    if act.kind != "mention":
        return _base(act, "Create", note)
    mention = build("Mention", href=f"urn:enishi:sandbox:{owner.id}", name=f"@{owner.handle}")
    return _base(act, "Create", note.replace(tag=[*note.all("tag"), mention]))


def _follow(act: ActRow, owner: AccountRow) -> Node:
    return _base(act, "Follow", owner.id)


def _unfollow(act: ActRow, owner: AccountRow) -> Node:
    follow = build("Follow", actor=act.actor.id, object=owner.id)
    return _base(act, "Undo", follow)


_SHAPES: dict[str, Callable[[ActRow, AccountRow], Node]] = {
    "like": _on_post("Like"),
    "reshare": _on_post("Announce"),
    "follow": _follow,
    "unfollow": _unfollow,
    "reply": _written,
    "quote": _written,
    "mention": _written,
}
