"""Which posts the public pages show."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from enishi.hub.models import HubActor, HubObject
from enishi.hub.protocol.addressing import Visibility

PAGE = 20
_DEEPEST = 200
_LOOKED_AT = 3000


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of posts."""

    items: Sequence[HubObject]
    number: int
    more: bool

    @property
    def newer(self) -> int:
        return self.number - 1

    @property
    def older(self) -> int:
        return self.number + 1 if self.more and self.number < _DEEPEST else 0

    @property
    def modified(self) -> datetime | None:
        return latest(self.items)


def feed(actor: HubActor) -> QuerySet[HubObject]:
    """What an account published for everybody, without its answers, newest first."""
    rows = HubObject.objects.filter(
        actor=actor, deleted_at=None, visibility=Visibility.PUBLIC.value, in_reply_to=""
    )
    return rows.select_related("actor").order_by("-published", "-id")


def pinned(actor: HubActor) -> list[HubObject]:
    """What is kept at the top."""
    return list(feed(actor).filter(pinned=True)[:3])


def page(rows: QuerySet[HubObject], request: HttpRequest) -> Listed:
    """The page that `?page=` asks for; Http404 behind the last one."""
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isdecimal() and len(asked) < 4 else 0  # noqa: PLR2004 - digits
    if not 1 <= number <= _DEEPEST:
        raise Http404
    found = list(rows[(number - 1) * PAGE : number * PAGE + 1])
    if not found and number > 1:
        raise Http404
    return Listed(found[:PAGE], number, len(found) > PAGE)


def tagged(actor: HubActor, name: str) -> QuerySet[HubObject]:
    """Posts with a hashtag. The text narrows the rows down, the stored names decide."""
    wanted = name.casefold()
    rows = feed(actor).filter(Q(source__icontains=f"#{name}") | Q(source__icontains=f"＃{name}"))
    pairs = rows.values_list("id", "hashtags")[:_LOOKED_AT]
    ids: list[UUID] = [found for found, names in pairs if wanted in names]
    return feed(actor).filter(id__in=ids[:500])


def search(actor: HubActor, words: str) -> QuerySet[HubObject]:
    """Posts that have all the words, as they were typed or in the other width."""
    rows = feed(actor)
    for word in words.split()[:8]:
        narrow = unicodedata.normalize("NFKC", word)
        rows = rows.filter(
            Q(source__icontains=word)
            | Q(name__icontains=word)
            | Q(source__icontains=narrow)
            | Q(name__icontains=narrow)
        )
    return rows


def latest(items: Sequence[HubObject]) -> datetime | None:
    """When the newest of them was published or changed."""
    return max((one.updated or one.published for one in items), default=None)
