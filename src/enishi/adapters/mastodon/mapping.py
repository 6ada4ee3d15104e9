"""What people did on a server of the Mastodon API, as ActivityStreams. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from enishi.adapters.mastodon.text import links, plain
from enishi.channels.core.matching import Posted
from enishi.vocab import Node, build

Json = Mapping[str, Any]

_DIRECT = "direct"
_ACTS = {
    "favourite": ("Like", "like"),
    "pleroma:emoji_reaction": ("Like", "like"),
    "reaction": ("Like", "like"),
    "reblog": ("Announce", "reshare"),
    "follow": ("Follow", "follow"),
}
_SAID = frozenset({"mention", "quote", "status"})
_CHANGED = {"poll": "poll", "update": "update"}
_KINDS = {"image": "Image", "gifv": "Video", "video": "Video", "audio": "Audio"}


def moment(text: object) -> datetime | None:
    """A time as servers write it, if it is one."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def person(account: Json) -> Node:
    """An account. `acct` has no server for those of our own."""
    acct = str(account.get("acct", ""))
    avatar = account.get("avatar")
    return build(
        "Person",
        id=str(account["id"]),
        name=account.get("display_name") or account.get("username") or acct or None,
        preferred_username=acct or None,
        url=account.get("url") or None,
        icon=build("Image", url=str(avatar)) if avatar else None,
    )


def activity(notification: Json, our_id: str) -> Node | None:
    """The act behind a notification, or None for kinds that are not for us."""
    kind = str(notification.get("type", ""))
    if kind in _ACTS:
        return _act(notification, kind, our_id)
    status = notification.get("status")
    if not isinstance(status, Mapping):
        return None
    if kind in _SAID:
        return said(status, reason_of(status, kind, our_id), notification)
    return _change(notification, status, _CHANGED[kind]) if kind in _CHANGED else None


def _act(notification: Json, kind: str, our_id: str) -> Node | None:
    name, reason = _ACTS[kind]
    status = notification.get("status") or {}
    target = our_id if name == "Follow" else str(status.get("id", ""))
    if not target:
        return None
    return build(
        name,
        id=f"notification:{notification['id']}",
        published=moment(notification.get("created_at")),
        actor=person(notification["account"]),
        object=target,
        content=notification.get("emoji") or None,
        **{"enishi:reason": reason},
    )


def reason_of(status: Json, kind: str, our_id: str) -> str:
    """Why a status concerns us: it is for us alone, answers or quotes us, or names us."""
    if kind == "status":
        return "status"
    if status.get("visibility") == _DIRECT:
        return "message"
    if kind == "quote":
        return "quote"
    if our_id and str(status.get("in_reply_to_account_id") or "") == our_id:
        return "reply"
    return "mention"


def said(status: Json, reason: str, notification: Json | None = None) -> Node:
    """Somebody's words. The id of the status is the key, by whatever way it came."""
    told = notification or {}
    return build(
        "Create",
        id=str(status["id"]),
        published=moment(status.get("created_at") or told.get("created_at")),
        actor=person(status.get("account") or told["account"]),
        object=note(status),
        **{"enishi:reason": reason} if reason else {},
    )


def _change(notification: Json, status: Json, reason: str) -> Node:
    """A poll that ended, or a status that was edited after we had dealt with it."""
    return build(
        "Update",
        id=f"notification:{notification['id']}",
        published=moment(notification.get("created_at")),
        actor=person(notification["account"]),
        object=note(status),
        **{"enishi:reason": reason},
    )


def own(status: Json) -> Node | None:
    """One of our own posts; None for what we only passed on."""
    return None if status.get("reblog") else said(status, "")


def text_of(status: Json) -> str:
    """The words of a status, with its warning in front."""
    body = plain(str(status.get("content") or ""), status.get("mentions") or ())
    warning = str(status.get("spoiler_text") or "")
    return f"{warning}\n\n{body}".strip() if warning else body


def note(status: Json) -> Node:
    """A status. `enishi:reference` is what a later answer to it needs."""
    text = text_of(status) or _media_words(status)
    language = str(status.get("language") or "")
    poll = status.get("poll")
    return build(
        "Question" if poll else "Note",
        id=str(status["id"]),
        content=text,
        content_map={language: text} if language else None,
        summary=status.get("spoiler_text") or None,
        url=status.get("url") or status.get("uri") or None,
        published=moment(status.get("created_at")),
        updated=moment(status.get("edited_at")) if status.get("edited_at") else None,
        in_reply_to=_id(status.get("in_reply_to_id")),
        quote_url=quoted(status) or None,
        tag=_tags(status) or None,
        attachment=_media(status) or None,
        **_poll(poll),
        **{"enishi:reference": reference(status)},
    )


def reference(status: Json) -> dict[str, Any]:
    """Who is answered, and with which visibility and warning."""
    account = status.get("account") or {}
    return {
        "acct": str(account.get("acct", "")),
        "visibility": str(status.get("visibility") or "public"),
        "warning": str(status.get("spoiler_text") or ""),
        "url": str(status.get("url") or status.get("uri") or ""),
    }


def quoted(status: Json) -> str:
    """The id of the status that is quoted, in the ways that servers tell it."""
    quote = status.get("quote")
    pleroma = status.get("pleroma") or {}
    if isinstance(quote, Mapping):
        inner = quote.get("quoted_status")
        found = inner.get("id") if isinstance(inner, Mapping) else quote.get("quoted_status_id")
        return str(found or quote.get("id") or "")
    return str(status.get("quote_id") or pleroma.get("quote_id") or "")


def _id(value: object) -> str | None:
    return str(value) if value else None


def _media_words(status: Json) -> str:
    """What a status without words shows: the descriptions of its media, or that there are some."""
    found = [one for one in status.get("media_attachments") or [] if isinstance(one, Mapping)]
    words = [str(one.get("description") or "") for one in found]
    return "\n".join(f"[{word}]" for word in words if word) or "🖼" * len(found)


def _media(status: Json) -> list[Node]:
    return [
        build(
            _KINDS.get(str(one.get("type")), "Document"),
            url=str(one.get("url") or one.get("remote_url")),
            name=one.get("description") or None,
        )
        for one in status.get("media_attachments") or []
        if one.get("url") or one.get("remote_url")
    ]


def _tags(status: Json) -> list[Node]:
    people = [
        build("Mention", href=str(one.get("url") or one.get("id")), name=f"@{one['acct']}")
        for one in status.get("mentions") or []
        if one.get("acct")
    ]
    tags = [
        build("Hashtag", name=f"#{one['name']}", href=one.get("url") or None)
        for one in status.get("tags") or []
        if one.get("name")
    ]
    return people + tags


def _poll(poll: Json | None) -> dict[str, Any]:
    if not isinstance(poll, Mapping):
        return {}
    answers = [
        build("Note", name=str(one.get("title", "")), **{"enishi:votes": one.get("votes_count")})
        for one in poll.get("options") or []
    ]
    ends = moment(poll.get("expires_at"))
    return {
        "any_of" if poll.get("multiple") else "one_of": answers,
        "closed" if poll.get("expired") else "end_time": ends,
        "enishi:poll": str(poll.get("id") or ""),
    }


def posted(status: Json) -> Posted:
    """A status as it is compared with what we sent."""
    content = str(status.get("content") or "")
    return Posted(
        remote_id=str(status["id"]),
        text=plain(content, ()),
        created_at=moment(status.get("created_at")) or datetime.min.replace(tzinfo=UTC),
        url=str(status.get("url") or status.get("uri") or ""),
        media=len(status.get("media_attachments") or []),
        links=links(content),
    )
