"""What machines read of a page: title, description, Open Graph and schema.org."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from enishi.hub.models import HubLink, HubObject
from enishi.hub.protocol import addresses, texts
from enishi.hub.site.places import Place
from enishi.vocab.times import write_datetime

_LOCALES = {"ja": "ja_JP", "en": "en_US"}
_SHORT, _TEASER, _HEADLINE = 160, 220, 110


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a page. Everything is plain text; templates escape it."""

    title: str
    description: str
    url: str
    language: str
    locale: str
    kind: str = "website"
    image: str = ""
    image_alt: str = ""
    published: str = ""
    updated: str = ""
    document: str = ""
    """The same as an ActivityStreams document."""
    index: bool = True
    data: str = ""
    """schema.org as JSON-LD."""


def of_place(place: Place, *, title: str = "", path: str = "", index: bool = True) -> Head:
    """A page about the account itself."""
    name = place.actor.name
    return Head(
        title=f"{title} – {name}" if title else name,
        description=shortened(place.theme.tagline or place.about, _SHORT),
        url=f"{place.url}{path}",
        language=place.language,
        locale=_LOCALES.get(place.language, "en_US"),
        kind="website" if path else "profile",
        image=place.cover_url or place.logo_url,
        image_alt=place.theme.cover_alt or name,
        document="" if path else place.actor.uri,
        index=index and place.actor.discoverable,
        data=as_json(who(place) | {"@context": "https://schema.org"}) if not path else "",
    )


def of_post(place: Place, post: HubObject) -> Head:
    """A page about one post."""
    picture = next(
        (one for one in post.pictures if str(one["media_type"]).startswith("image/")), None
    )
    return Head(
        title=f"{headline(post)} – {place.actor.name}",
        description=shortened(post.summary or texts.to_text(post.html), _SHORT),
        url=post.url,
        language=post.language or place.language,
        locale=_LOCALES.get(place.language, "en_US"),
        kind="article",
        image=addresses.media_url(place.actor.base, picture["path"])
        if picture
        else place.cover_url or place.logo_url,
        image_alt=str(picture["alt"]) if picture else place.actor.name,
        published=write_datetime(post.published),
        updated=write_datetime(post.updated) if post.updated else "",
        document=post.uri,
        index=place.actor.discoverable and post.visibility == "public",
        data=as_json(_posting(place, post)),
    )


def who(place: Place) -> dict[str, Any]:
    """The account as schema.org: an organisation, or a person."""
    links = HubLink.objects.filter(hub=place.actor.hub, shown=True)
    found = {
        "@type": "Person" if place.actor.type == "Person" else "Organization",
        "@id": place.actor.uri,
        "name": place.actor.name,
        "alternateName": str(place.actor),
        "url": place.url,
        "description": place.about,
        "logo": place.logo_url,
        "image": place.cover_url,
        "sameAs": [link.url for link in links],
    }
    return {name: value for name, value in found.items() if value}


def _posting(place: Place, post: HubObject) -> dict[str, Any]:
    if post.type == "Event":
        return _event(place, post)
    found = {
        "@context": "https://schema.org",
        "@type": "BlogPosting" if post.type == "Article" else "SocialMediaPosting",
        "@id": post.uri,
        "url": post.url,
        "mainEntityOfPage": post.url,
        "headline": headline(post),
        "articleBody": texts.to_text(post.html),
        "datePublished": write_datetime(post.published),
        "dateModified": write_datetime(post.updated or post.published),
        "inLanguage": post.language or place.language,
        "keywords": post.hashtags,
        "image": [
            addresses.media_url(place.actor.base, picture["path"]) for picture in post.pictures
        ],
        "author": who(place),
        "publisher": {"@id": place.actor.uri},
        "commentCount": post.replies,
    }
    return {name: value for name, value in found.items() if value or name == "commentCount"}


def _event(place: Place, post: HubObject) -> dict[str, Any]:
    data: Mapping[str, Any] = post.data
    found = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": post.uri,
        "url": post.url,
        "name": headline(post),
        "description": texts.to_text(post.html),
        "startDate": data.get("start", ""),
        "endDate": data.get("end", ""),
        "location": {"@type": "Place", "name": data["place"], "address": data["place"]}
        if data.get("place")
        else None,
        "organizer": who(place),
    }
    return {name: value for name, value in found.items() if value}


def headline(post: HubObject) -> str:
    """The title of a post, or its first words."""
    return shortened(post.name or post.summary or texts.to_text(post.html), _HEADLINE)


def teaser(post: HubObject) -> str:
    """The first words of an article."""
    return shortened(post.summary or texts.to_text(post.html), _TEASER)


def shortened(text: str, longest: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def as_json(document: Mapping[str, Any]) -> str:
    """JSON that cannot end the element it stands in."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
