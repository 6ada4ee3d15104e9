"""Recognising a delivery among the recent posts of its account. Pure.

For networks that know no key of ours. Networks change texts on the way: they compose
characters, trim white space, shorten links and leave out long ones' ends; so two texts are
compared by what is left when such changes are taken away.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

EARLIER = timedelta(minutes=2)
"""How far the network's clock may be behind ours."""
LATER = timedelta(hours=2)
"""How long after the first attempt a post may have come out."""

_LINK = re.compile(
    r"(?:https?://[!-~]+|www\.[!-~]+|(?<![\w@.-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/[!-~]*)…?",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"^https?://(?:www\.)?|^www\.", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\ufe0e\ufe0f\u00ad"))


@dataclass(frozen=True, slots=True)
class Posted:
    """A post as the network shows it."""

    remote_id: str
    text: str
    created_at: datetime
    url: str = ""
    media: int | None = None
    """How many files are attached; None when the network does not say."""
    links: Sequence[str] = ()
    """The whole addresses behind the links, where the network tells them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was sent: `sent_at` is when the first attempt began."""

    text: str
    sent_at: datetime
    media: int = 0
    known: Collection[str] = ()
    """Remote ids that are other deliveries' for sure."""


class Verdict(StrEnum):
    """What comparing gave."""

    FOUND = "found"
    ABSENT = "absent"
    UNCERTAIN = "uncertain"


class Likeness(StrEnum):
    """Whether two texts are the same, as far as can be seen."""

    SAME = "same"
    PERHAPS = "perhaps"
    OTHER = "other"


_SAME = Likeness.SAME


@dataclass(frozen=True, slots=True)
class Match:
    """The verdict, and the posts that it rests on, the newest first."""

    verdict: Verdict
    candidates: Sequence[Posted] = ()

    @property
    def post(self) -> Posted:
        """The one post that was found."""
        return self.candidates[0]


def match(wanted: Wanted, posts: Iterable[Posted], *, complete: bool = True) -> Match:
    """Find what was sent among recent posts of the account.

    Exactly one post with the same text and media in the time in question is it; none means
    that it is not there, if the posts reach back far enough (`complete`). Several, or one of
    which something differs or cannot be seen, leave it open.
    """
    near = [post for post in posts if _may_be(wanted, post)]
    likeness = {post.remote_id: _likeness(wanted, post) for post in near}
    alike = [post for post in near if likeness[post.remote_id] is not Likeness.OTHER]
    if len(alike) == 1 and likeness[alike[0].remote_id] is Likeness.SAME:
        return Match(Verdict.FOUND, alike)
    if alike:
        return Match(Verdict.UNCERTAIN, _newest_first(alike))
    return Match(Verdict.ABSENT if complete else Verdict.UNCERTAIN, _newest_first(near))


def _may_be(wanted: Wanted, post: Posted) -> bool:
    early, late = wanted.sent_at - EARLIER, wanted.sent_at + LATER
    return post.remote_id not in wanted.known and early <= post.created_at <= late


def _newest_first(posts: Iterable[Posted]) -> list[Posted]:
    return sorted(posts, key=lambda post: (post.created_at, post.remote_id), reverse=True)


def _likeness(wanted: Wanted, post: Posted) -> Likeness:
    found = compare(wanted.text, post.text, post.links)
    if found is Likeness.SAME and post.media not in (None, wanted.media):
        return Likeness.PERHAPS
    return found


def compare(sent: str, shown: str, targets: Sequence[str] = ()) -> Likeness:
    """Whether a text that a network shows is the one that was sent.

    `targets` are the addresses behind its links, if the network tells them.
    """
    words, theirs = _words(sent), _words(shown)
    if words != theirs:
        return Likeness.OTHER
    links = _links_alike(_links(sent), _links(shown), {_plain(target) for target in targets})
    if links is Likeness.PERHAPS and words:
        return Likeness.SAME
    return links


def _words(text: str) -> str:
    """The words, without what networks change."""
    plain = unicodedata.normalize("NFC", text).translate(_INVISIBLE)
    return _SPACE.sub(" ", _LINK.sub(" ", plain)).strip()


def _links(text: str) -> list[str]:
    return [_plain(link) for link in _LINK.findall(text)]


def _plain(link: str) -> str:
    return _SCHEME.sub("", link).rstrip("/")


def _links_alike(ours: Sequence[str], theirs: Sequence[str], targets: set[str]) -> Likeness:
    """Links may be left out (shown as a card), cut off, or shortened to some other address."""
    if len(theirs) > len(ours):
        return Likeness.OTHER
    if len(theirs) < len(ours):
        return Likeness.PERHAPS
    pairs = [_link_alike(our, their, targets) for our, their in zip(ours, theirs, strict=True)]
    return next((kind for kind in (Likeness.OTHER, Likeness.PERHAPS) if kind in pairs), _SAME)


def _link_alike(our: str, their: str, targets: set[str]) -> Likeness:
    cut = their.rstrip("….")
    if our == their or our in targets or (cut != their and our.startswith(cut)):
        return Likeness.SAME
    same_host = our.partition("/")[0] == their.partition("/")[0]
    return Likeness.OTHER if same_host or targets else Likeness.PERHAPS
