"""From a delivery to an object: text to HTML, people named, options read. Sends nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import markdown_it
import nh3
from asgiref.sync import async_to_sync

from enishi.channels.contract import Outgoing
from enishi.hub.federation import actors, fetching, hosts
from enishi.hub.models import HubActor, RemoteActor
from enishi.hub.protocol import addresses, texts
from enishi.hub.protocol.addressing import Visibility
from enishi.hub.protocol.errors import RefusedError
from enishi.hub.protocol.texts import Mentioned
from enishi.kernel import clock
from enishi.vocab.times import read_datetime, write_datetime

_PARAGRAPH = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Options:
    """What the composer asks for besides the text."""

    type: str = "Note"
    visibility: Visibility = Visibility.PUBLIC
    title: str = ""
    warning: str = ""
    pinned: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
    registration: Registration | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """What an event asks of those who register; None seats: as many as like."""

    seats: int | None = None
    consent: str = ""


def options_of(outgoing: Outgoing, *, zone: str = "UTC") -> Options:
    """The options of a delivery, with what is missing filled in; times are those of `zone`."""
    given = outgoing.options
    choices = _lines(given.get("poll"))
    title = str(given.get("title", "")).strip()
    return Options(
        type=_type(given, choices, title),
        visibility=_visibility(given),
        title=title[:500],
        warning=str(given.get("warning", "")).strip()[:1000],
        pinned=str(given.get("pinned", "")) == "1",
        data=_data(given, choices, outgoing.created_at, ZoneInfo(zone)),
        registration=_registration(given),
    )


def _registration(given: Mapping[str, Any]) -> Registration | None:
    if not given.get("registration") or not given.get("starts"):
        return None
    seats = str(given.get("seats") or "").strip()
    consent = str(given.get("consent") or "").strip()[:2000]
    return Registration(int(seats) if seats.isdecimal() and int(seats) else None, consent)


def _type(given: Mapping[str, Any], choices: Sequence[str], title: str) -> str:
    if len(choices) > 1:
        return "Question"
    if given.get("starts"):
        return "Event"
    return "Article" if title else "Note"


def _visibility(given: Mapping[str, Any]) -> Visibility:
    try:
        return Visibility(str(given.get("visibility") or Visibility.PUBLIC))
    except ValueError:
        return Visibility.PUBLIC


def _lines(value: object) -> list[str]:
    lines = value if isinstance(value, list) else str(value or "").splitlines()
    return list(dict.fromkeys(str(line).strip()[:200] for line in lines if str(line).strip()))


def _data(
    given: Mapping[str, Any], choices: Sequence[str], at: datetime, zone: ZoneInfo
) -> dict[str, Any]:
    if len(choices) > 1:
        hours = str(given.get("poll_hours") or "24")
        end = at + timedelta(hours=int(hours) if hours.isdecimal() else 24)
        return {
            "options": [{"name": name, "votes": 0} for name in choices],
            "multiple": str(given.get("poll_multiple", "")) == "1",
            "voters": 0,
            "end": write_datetime(end),
        }
    found: dict[str, Any] = {}
    for name, option in (("start", "starts"), ("end", "ends")):
        moment = _moment(str(given.get(option) or "").strip(), zone)
        if moment:
            found[name] = write_datetime(moment)
    if place := str(given.get("place") or "").strip():
        found["place"] = place[:300]
    return found


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    """What a clock on the wall of the workspace shows, unless the zone is told."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return read_datetime(text)
    return found if found.tzinfo else found.replace(tzinfo=zone)


# ── people ──


def people_named(text: str) -> dict[tuple[str, str], tuple[Mentioned, RemoteActor | None]]:
    """Who is behind the @user@host of a text; those who are not found stay words."""
    found: dict[tuple[str, str], tuple[Mentioned, RemoteActor | None]] = {}
    for name, host in texts.mentions(text)[:20]:
        if hosts.is_ours(host):
            ours = HubActor.objects.filter(host=host, handle=name.lower()).first()
            if ours is not None:
                found[name, host] = (Mentioned(ours.uri, ours.url, str(ours)), None)
            continue
        remote = find_account(name, host)
        if remote is not None:
            found[name, host] = (mentioned(remote), remote)
    return found


def mentioned(remote: RemoteActor) -> Mentioned:
    """How a text and its tags name somebody."""
    return Mentioned(remote.uri, remote.url, f"@{remote.handle}@{remote.host}")


def find_account(name: str, host: str) -> RemoteActor | None:
    """The account @name@host, asked for at its server when we do not know it."""
    known = RemoteActor.objects.filter(handle__iexact=name, host=host, gone_at=None).first()
    if known is not None and clock.now() - known.fetched_at < actors.STALE:
        return known
    try:
        return actors.resolve(async_to_sync(fetching.webfinger)(name, host))
    except RefusedError:
        return known


# ── words ──


def html_of(actor: HubActor, text: str, options: Options, people: Mapping[Any, Mentioned]) -> str:
    """The text as the fediverse gets it: an article is Markdown, a note is what was typed."""
    if options.type == "Article":
        return article(text)
    return texts.to_html(
        text,
        people=people,
        tag_url=lambda name: addresses.tag_url(actor.base, actor.handle, name),
    )


def article(text: str) -> str:
    """Markdown as sanitised HTML."""
    made = markdown_it.MarkdownIt("commonmark", {"html": False, "linkify": False})
    rendered = made.enable(["table", "strikethrough"]).render(text)
    return nh3.clean(rendered, url_schemes={"http", "https", "mailto"}, link_rel="noopener")


def with_link(text: str, link: str) -> str:
    """The text with the link of the post below it, unless it is there already."""
    return text if not link or link in text else f"{text}\n\n{link}".strip()


def tags_of(
    actor: HubActor, text: str, people: Sequence[Mentioned]
) -> tuple[list[dict[str, str]], list[str]]:
    """The tags of a document, and the names of its hashtags in small letters."""
    names = texts.hashtags(text)
    tags = [
        {
            "type": "Hashtag",
            "name": f"#{name}",
            "href": addresses.tag_url(actor.base, actor.handle, name),
        }
        for name in names
    ]
    tags += [{"type": "Mention", "name": one.handle, "href": one.uri} for one in people]
    return tags, [name.lower() for name in names]
