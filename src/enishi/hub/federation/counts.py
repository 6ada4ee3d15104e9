"""How often something of ours was answered, quoted, liked and reshared, counted from the rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar
from uuid import UUID

from django.db.models import Count

from enishi.hub.models import HubObject, Reaction, RemoteObject
from enishi.jobs import bulk

_AT_ONCE = 500
T = TypeVar("T")


def count_reactions(things: Collection[UUID]) -> None:
    """Bring the numbers of likes and reshares up to date."""
    found: dict[UUID, dict[str, int]] = {one: {} for one in things}
    for some in _parts(things):
        rows = Reaction.objects.filter(thing__in=some).values_list("thing_id", "kind")
        for thing, kind, number in rows.annotate(number=Count("id")):
            found[thing][kind] = number
    bulk.update_rows(
        HubObject,
        ("id",),
        ("likes", "shares"),
        [(one, kinds.get("like", 0), kinds.get("announce", 0)) for one, kinds in found.items()],
    )


def count_answers(uris: Iterable[str]) -> None:
    """Bring the numbers of answers and quotes of ours up to date; other uris do not matter."""
    wanted = sorted({uri for uri in uris if uri})
    ours: dict[str, UUID] = {}
    numbers: dict[str, dict[str, int]] = {"in_reply_to": {}, "quote": {}}
    for some in _parts(wanted):
        ours.update(HubObject.objects.filter(uri__in=some).values_list("uri", "id"))
        standing = RemoteObject.objects.filter(deleted_at=None, hidden=False)
        for field, found in numbers.items():
            rows = standing.filter(**{f"{field}__in": some}).values_list(field)
            found.update(rows.annotate(number=Count("id")))
    bulk.update_rows(
        HubObject,
        ("id",),
        ("replies", "quotes"),
        [
            (identifier, numbers["in_reply_to"].get(uri, 0), numbers["quote"].get(uri, 0))
            for uri, identifier in ours.items()
        ],
    )


def _parts(values: Collection[T]) -> list[list[T]]:
    given = list(values)
    return [given[start : start + _AT_ONCE] for start in range(0, len(given), _AT_ONCE)]
