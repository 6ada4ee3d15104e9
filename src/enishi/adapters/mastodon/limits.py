"""What a server takes and offers, from what it says of itself. Pure.

Read from `/api/v2/instance`, or from the older `/api/v1/instance`, and kept on the channel, so
that the composer counts as the server does without asking it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enishi.channels.contract import Fact

Json = Mapping[str, Any]

_MEGABYTE = 1024 * 1024
_SIDE_MAX = 7680
_RECHECK = timedelta(days=7)
_COMPATIBLE = re.compile(
    r"\((?:compatible;|not true; really)\s*([A-Za-z+-]+)[ /]?([\w.+-]*)", re.IGNORECASE
)
_NAMED = re.compile(r"^([A-Za-z]+)/([\w.+-]+)")
_FULL_LINKS = frozenset({"gotosocial", "pleroma", "akkoma", "snac", "pixelfed"})
_NAMES = {"gotosocial": "GoToSocial", "takahe": "Takahē", "mastodon": "Mastodon", "snac": "snac"}

FEATURES = {
    "notifications": _("notifications"),
    "history": _("reading its own posts"),
    "threads": _("whole threads"),
    "stream": _("a stream"),
    "edit": _("changing posts"),
    "batch": _("several posts at once"),
    "search": _("search"),
    "hashtag": _("posts under a hashtag"),
    "poll": _("polls"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """A server's limits; the defaults are those of Mastodon."""

    software: str = "mastodon"
    version: str = ""
    characters: int = 500
    url_chars: int = 23
    media: int = 4
    image_bytes: int = 16 * _MEGABYTE
    image_pixels: int = 33_177_600
    video_bytes: int = 99 * _MEGABYTE
    alt: int = 1500
    types: tuple[str, ...] = ()
    polls: bool = True
    poll_options: int = 4
    poll_characters: int = 50
    poll_least: int = 300
    poll_most: int = 2_629_746
    stream: str = ""
    """Where streams are asked for; empty when the server names no place."""
    read_on: str = ""
    """The day on which this was read."""
    without: Mapping[str, str] = field(default_factory=dict)
    """What the server turned out not to offer, and on which day that was seen."""

    @classmethod
    def remembered(cls, learnt: Json) -> Limits:
        """What was kept on the channel; unknown keys are those of another version."""
        known = {one.name for one in fields(cls)}
        kept = {name: value for name, value in learnt.items() if name in known}
        return cls(**kept | {"types": tuple(kept.get("types", ()))})

    def kept(self) -> dict[str, Any]:
        """As JSON, to be kept on the channel."""
        return asdict(self) | {"types": list(self.types)}

    @property
    def image_side(self) -> int:
        """The longest side at which a square image still fits."""
        return max(1, min(_SIDE_MAX, int(self.image_pixels**0.5)))

    def lacks(self, feature: str, today: date) -> bool:
        """Whether a feature was missing lately; after a week it is tried again."""
        seen = self.without.get(feature)
        return seen is not None and today - date.fromisoformat(seen) < _RECHECK

    def lacking(self, feature: str, today: date) -> Limits:
        """The same server, without a feature."""
        return replace(self, without={**self.without, feature: today.isoformat()})

    def offering(self, feature: str) -> Limits:
        """The same server, which has the feature after all."""
        left = {name: day for name, day in self.without.items() if name != feature}
        return replace(self, without=left)

    def is_old(self, today: date) -> bool:
        """Whether it is time to ask the server again."""
        return self.read_on != today.isoformat()


def read(instance: Json, today: date) -> Limits:
    """The limits in an answer of `/api/v2/instance` or `/api/v1/instance`."""
    usual = Limits()
    software, version = software_of(instance)
    configuration = _part(instance, "configuration")
    statuses, media = _part(configuration, "statuses"), _part(configuration, "media_attachments")
    polls = _part(configuration, "polls") or _part(instance, "poll_limits")
    characters = _number(statuses, "max_characters") or _whole(instance.get("max_toot_chars"))
    return replace(
        usual,
        software=software,
        version=version,
        characters=characters or usual.characters,
        url_chars=_url_chars(software, statuses),
        media=_number(statuses, "max_media_attachments") or _media_count(instance, usual.media),
        image_bytes=_number(media, "image_size_limit") or usual.image_bytes,
        image_pixels=_number(media, "image_matrix_limit") or usual.image_pixels,
        video_bytes=_number(media, "video_size_limit") or usual.video_bytes,
        alt=_number(media, "description_limit") or _alt(instance, usual.alt),
        types=tuple(str(kind) for kind in media.get("supported_mime_types") or ()),
        polls=bool(polls) or software == "mastodon",
        poll_options=_number(polls, "max_options") or usual.poll_options,
        poll_characters=_number(polls, "max_characters_per_option")
        or _number(polls, "max_option_chars")
        or usual.poll_characters,
        poll_least=_number(polls, "min_expiration") or usual.poll_least,
        poll_most=_number(polls, "max_expiration") or usual.poll_most,
        stream=_stream(instance, configuration),
        read_on=today.isoformat(),
    )


def software_of(instance: Json) -> tuple[str, str]:
    """Which software a server runs, as far as its version tells, and its version."""
    text = str(instance.get("version", ""))
    if found := _COMPATIBLE.search(text):
        return found.group(1).lower(), found.group(2)
    if found := _NAMED.match(text):
        return found.group(1).lower(), found.group(2)
    source = str(instance.get("source_url", "")).lower()
    if "gotosocial" in source or "+git" in text or "account_domain" in instance:
        return "gotosocial", text.partition("+")[0].partition(" ")[0]
    return "mastodon", text


def _url_chars(software: str, statuses: Json) -> int:
    """Some servers repeat Mastodon's number and count links in full even so."""
    if software in _FULL_LINKS:
        return 0
    return _number(statuses, "characters_reserved_per_url") or Limits().url_chars


def _media_count(instance: Json, usual: int) -> int:
    found = _whole(instance.get("max_media_attachments"))
    return found or usual


def _alt(instance: Json, usual: int) -> int:
    return _whole(instance.get("description_limit")) or usual


def _stream(instance: Json, configuration: Json) -> str:
    given = _part(configuration, "urls").get("streaming") or _part(instance, "urls").get(
        "streaming_api"
    )
    parts = urlsplit(str(given or ""))
    scheme = {"wss": "https", "ws": "http"}.get(parts.scheme, parts.scheme)
    if scheme not in {"http", "https"} or not parts.netloc:
        return ""
    return urlunsplit((scheme, parts.netloc, "", "", ""))


def _part(document: Json, name: str) -> Json:
    found = document.get(name)
    return found if isinstance(found, Mapping) else {}


def _number(document: Json, name: str) -> int:
    return _whole(document.get(name))


def _whole(value: object) -> int:
    """A positive whole number, also as text; 0 for anything else."""
    try:
        return max(0, int(str(value)))
    except ValueError:
        return 0


def facts(limits: Limits, today: date) -> Sequence[Fact]:
    """What people see of a server on the channel's page."""
    found = [
        Fact(
            _("Software"),
            f"{_NAMES.get(limits.software, limits.software.title())} {limits.version}".strip(),
        ),
        Fact(_("Longest post"), format_lazy(_("{count} characters"), count=limits.characters)),
        Fact(
            _("Images in a post"),
            format_lazy(
                _("{count}, up to {size} MB each"),
                count=limits.media,
                size=max(1, limits.image_bytes // _MEGABYTE),
            ),
        ),
        Fact(
            pgettext_lazy("of an image", "Description"),
            format_lazy(_("{count} characters"), count=limits.alt),
        ),
    ]
    if limits.polls:
        found.append(
            Fact(_("Polls"), format_lazy(_("up to {count} answers"), count=limits.poll_options))
        )
    missing = [name for name in limits.without if limits.lacks(name, today)]
    if not limits.polls and "poll" not in missing:
        missing.append("poll")
    found += [
        Fact(_("Not offered by this server"), FEATURES.get(name, name), lacking=True)
        for name in missing
    ]
    return found
