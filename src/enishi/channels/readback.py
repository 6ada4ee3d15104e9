"""For adapters that find a delivery again by reading the account's recent posts.

found = readback.look(outgoing, posts)      # Posted, None, or UncertainError
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from enishi.channels.contract import Outgoing
from enishi.channels.core.matching import Posted, Verdict, Wanted, match
from enishi.channels.errors import UncertainError
from enishi.vocab import Node

_SHOWN = 5
"""How many candidates a person is shown at most."""


def look(
    outgoing: Outgoing,
    posts: Iterable[Posted],
    *,
    text: str | None = None,
    media: int | None = None,
    complete: bool = True,
) -> Posted | None:
    """The post that is this delivery, or None when it is not there.

    `text` and `media` are those of a further part, where it is not the first that is looked
    for. `complete` says that the posts reach back to before the first attempt. Raises
    UncertainError when a person must decide.
    """
    wanted = Wanted(
        text=outgoing.text if text is None else text,
        sent_at=outgoing.created_at,
        media=_count(outgoing, text, media),
        known=frozenset(outgoing.known) | set(map(str, outgoing.parts.done.values())),
    )
    found = match(wanted, posts, complete=complete)
    if found.verdict is Verdict.UNCERTAIN:
        raise UncertainError(
            _("Among the recent posts of the account there may be this one."),
            candidates=found.candidates[:_SHOWN],
        )
    return found.post if found.verdict is Verdict.FOUND else None


def _count(outgoing: Outgoing, text: str | None, media: int | None) -> int:
    if media is not None:
        return media
    return len(outgoing.attachments) if text is None else 0


def posted(activity: Node) -> Posted | None:
    """An own post as the history of a channel tells it; None for anything else."""
    thing = activity.node("object")
    at = (thing.when("published") if thing else None) or activity.when("published")
    if activity.type != "Create" or thing is None or not thing.id or at is None:
        return None
    address = thing.get("url")
    return Posted(
        remote_id=thing.id,
        text=thing.text("content") or thing.text("name"),
        created_at=at,
        url=address.ref("href") if isinstance(address, Node) else address or "",
        media=len(thing.all("attachment")),
    )
