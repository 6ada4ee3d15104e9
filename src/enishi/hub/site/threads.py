"""What is shown below a post: answers from everywhere and comments, in the order of talk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from enishi.hub.models import Comment, CommentState, HubObject, RemoteObject
from enishi.hub.protocol import texts
from enishi.hub.protocol.addressing import OPEN

_OPEN = [one.value for one in OPEN]
_MOST = 300
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Said:
    """One contribution. `html` is sanitised; everything else is plain."""

    anchor: str
    uri: str
    answers: str
    name: str
    handle: str
    author_url: str
    url: str
    html: str
    warning: str
    language: str
    published: datetime
    is_ours: bool = False
    pictures: int = 0
    """How many stay where they are: nothing is loaded from other servers."""
    depth: int = 0


def below(thing: HubObject) -> list[Said]:
    """Everything public below a post, each answer after what it answers."""
    root = thing.context or thing.uri
    found = [*_ours(thing, root), *_theirs(root), *_comments(thing)]
    by_answered: dict[str, list[Said]] = {}
    for said in sorted(found, key=lambda one: (one.published, one.anchor)):
        by_answered.setdefault(said.answers, []).append(said)
    return list(_walk(by_answered, thing.uri, 0))


def _walk(by_answered: dict[str, list[Said]], uri: str, depth: int) -> Iterator[Said]:
    """Depth first; each is taken out when it is shown, so that a circle ends."""
    for said in by_answered.pop(uri, []):
        yield _at(said, min(depth, _DEEPEST))
        yield from _walk(by_answered, said.uri, depth + 1)


def _at(said: Said, depth: int) -> Said:
    values = {name: getattr(said, name) for name in Said.__dataclass_fields__}
    return Said(**(values | {"depth": depth}))


def _ours(thing: HubObject, root: str) -> Iterator[Said]:
    rows = HubObject.objects.filter(
        Q(context=root) | Q(in_reply_to=thing.uri), deleted_at=None, visibility__in=_OPEN
    )
    for one in rows.exclude(id=thing.id).select_related("actor").order_by("published")[:_MOST]:
        yield Said(
            anchor=f"p-{one.id}",
            uri=one.uri,
            answers=one.in_reply_to,
            name=one.actor.name,
            handle=str(one.actor),
            author_url=one.actor.url,
            url=one.url,
            html=texts.clean(one.html),
            warning=one.summary,
            language=one.language,
            published=one.published,
            is_ours=True,
            pictures=len(one.pictures),
        )


def _theirs(root: str) -> Iterator[Said]:
    rows = RemoteObject.objects.filter(
        context=root, deleted_at=None, hidden=False, visibility__in=_OPEN
    )
    for one in rows.select_related("actor").order_by("published")[:_MOST]:
        yield Said(
            anchor=f"r-{one.id}",
            uri=one.uri,
            answers=one.in_reply_to,
            name=one.actor.name or one.actor.handle,
            handle=str(one.actor),
            author_url=_web(one.actor.url or one.actor.uri),
            url=_web(one.url or one.uri),
            html=texts.clean(one.html),
            warning=one.summary,
            language=one.language,
            published=one.published,
            pictures=len(one.pictures),
        )


def _comments(thing: HubObject) -> Iterator[Said]:
    rows = Comment.objects.filter(thing=thing, state=CommentState.SHOWN)
    for one in rows.order_by("created_at")[:_MOST]:
        yield Said(
            anchor=f"c-{one.id}",
            uri=f"comment:{one.id}",
            answers=thing.uri,
            name=one.name,
            handle="",
            author_url="",
            url="",
            html=texts.clean(texts.to_html(one.text)),
            warning="",
            language="",
            published=one.created_at,
        )


def _web(address: str) -> str:
    """An address that may be a link."""
    return address if address.startswith(("https://", "http://")) else ""
