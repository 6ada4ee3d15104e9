"""For whom something is: how visibility becomes `to` and `cc`, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from enishi.vocab import Node

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
_PUBLIC = frozenset({PUBLIC, "as:Public", "Public"})


class Visibility(StrEnum):
    """Who may see something."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    """Public, but not in listings."""
    FOLLOWERS = "followers"
    DIRECT = "direct"
    """Those who are named, and nobody else."""


OPEN = frozenset({Visibility.PUBLIC, Visibility.UNLISTED})


def recipients(node: Node, *names: str) -> list[str]:
    """Everybody whom a document addresses, each once."""
    found = (
        item if isinstance(item, str) else item.id
        for name in names or ("to", "cc", "bto", "bcc", "audience")
        for item in node.all(name)
    )
    return list(dict.fromkeys(one for one in found if one))


def visibility_of(node: Node, followers: str) -> Visibility:
    """Who may see what another server sent; `followers` is the author's collection."""
    if _PUBLIC & set(recipients(node, "to")):
        return Visibility.PUBLIC
    everybody = set(recipients(node))
    if _PUBLIC & everybody:
        return Visibility.UNLISTED
    if followers and followers in everybody:
        return Visibility.FOLLOWERS
    return Visibility.DIRECT


def address(
    visibility: Visibility, *, followers: str, mentioned: Iterable[str]
) -> tuple[Sequence[str], Sequence[str]]:
    """The `to` and `cc` of something of ours."""
    people = list(dict.fromkeys(mentioned))
    if visibility is Visibility.PUBLIC:
        return [PUBLIC], [followers, *people]
    if visibility is Visibility.UNLISTED:
        return [followers], [PUBLIC, *people]
    if visibility is Visibility.FOLLOWERS:
        return [followers], people
    return people, []
