"""What is shown below a post: answers from everywhere and comments, in the order of talk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from enishi.channels import elsewhere as proxy
from enishi.hub.models import Comment, CommentState, HubObject, RemoteObject
from enishi.hub.protocol import addresses, texts
from enishi.hub.protocol.addressing import OPEN

_OPEN = [one.value for one in OPEN]
_MOST = 300
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture in a contribution, at an address of ours."""

    src: str
    alt: str


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
    face_url: str = ""
    pictures: Sequence[Shown] = ()
    elsewhere: int = 0
    """How many films and sounds stay where they are: only pictures are shown through us."""
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
            face_url=one.actor.icon and addresses.media_url(one.actor.base, one.actor.icon),
            pictures=[
                Shown(addresses.media_url(one.actor.base, each["path"]), each.get("alt", ""))
                for each in one.pictures
                if _is_picture(each)
            ],
            elsewhere=len([each for each in one.pictures if not _is_picture(each)]),
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
            face_url=proxy.address(one.actor.icon_url, "face"),
            pictures=[
                Shown(proxy.address(each["url"]), each.get("alt", ""))
                for each in one.pictures
                if _is_picture(each)
            ],
            elsewhere=len([each for each in one.pictures if not _is_picture(each)]),
        )


def _is_picture(each: Mapping[str, str]) -> bool:
    kind = each.get("media_type", "")
    return not kind or kind.startswith("image/")


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
