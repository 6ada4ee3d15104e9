"""RSS, Atom and JSON Feed of an account or one of its hashtags; sitemap and robots.txt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed, SyndicationFeed
from django.views.decorators.http import require_safe

from enishi.hub.federation import hosts
from enishi.hub.models import HubActor, HubLink, HubObject
from enishi.hub.protocol import addresses, texts
from enishi.hub.site import describing, posts
from enishi.hub.site.caching import public
from enishi.hub.site.places import Place, at_place
from enishi.vocab.times import write_datetime

_ENTRIES = 30
_ADDRESSES = 45_000
_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"


class _Rss(Rss201rev2Feed):
    """RSS with the whole text in content:encoded."""

    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), "xmlns:content": _CONTENT}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])


class _Atom(Atom1Feed):
    """Atom with the whole text in content, and the account's picture."""

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if self.feed.get("logo"):
            handler.addQuickElement("logo", self.feed["logo"])

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


_KINDS: dict[str, tuple[type[SyndicationFeed], str]] = {
    "rss": (_Rss, "application/rss+xml; charset=utf-8"),
    "atom": (_Atom, "application/atom+xml; charset=utf-8"),
}


@require_safe
@at_place
def feed(request: HttpRequest, place: Place, kind: str, name: str = "") -> HttpResponse:
    """The newest posts in one of the three forms."""
    del request
    rows = posts.tagged(place.actor, name) if name else posts.feed(place.actor)
    items = list(rows[:_ENTRIES])
    if name and not items:
        raise Http404
    path = f"/tags/{name}" if name else ""
    title = f"{place.actor.name} #{name}" if name else place.actor.name
    if kind == "json":
        body, content_type = _json(place, items, title=title, path=path)
    else:
        body, content_type = _xml(place, items, kind=kind, title=title, path=path)
    response = HttpResponse(body, content_type=content_type)
    response["Access-Control-Allow-Origin"] = "*"
    return public(response, modified=posts.latest(items), seconds=300)


def _xml(
    place: Place, items: Sequence[HubObject], *, kind: str, title: str, path: str
) -> tuple[bytes, str]:
    made, content_type = _KINDS[kind]
    written = made(
        title=_printable(title),
        link=f"{place.url}{path}",
        description=_printable(place.theme.tagline or place.about or title),
        language=place.language,
        feed_url=f"{place.url}{path}/feed.{kind}",
        feed_guid=f"{place.actor.uri}{path}",
        author_name=_printable(place.actor.name),
        author_link=place.url,
        logo=place.logo_url,
    )
    for post in items:
        written.add_item(
            title=_printable(describing.headline(post)),
            link=post.url,
            description=_printable(describing.teaser(post)),
            content=_printable(_content(place, post)),
            unique_id=post.uri,
            unique_id_is_permalink=False,
            pubdate=post.published,
            updateddate=post.updated or post.published,
            author_name=_printable(place.actor.name),
            categories=[_printable(tag) for tag in post.hashtags],
            enclosures=[_enclosure(place, one) for one in post.pictures[:1]],
        )
    return written.writeString("utf-8").encode(), content_type


def _enclosure(place: Place, picture: dict[str, Any]) -> Enclosure:
    address = addresses.media_url(place.actor.base, picture["path"])
    return Enclosure(address, "0", str(picture["media_type"]))


def _content(place: Place, post: HubObject) -> str:
    """The post with its pictures as HTML."""
    pictures = "".join(
        f'<p><img src="{addresses.media_url(place.actor.base, one["path"])}"'
        f' alt="{escape(str(one.get("alt", "")), {chr(34): "&quot;"})}"></p>'
        for one in post.pictures
        if str(one["media_type"]).startswith("image/")
    )
    return texts.clean(post.html) + pictures


def _printable(text: str) -> str:
    """Without the control characters that XML has no way to write."""
    return "".join(letter for letter in text if letter in "\n\t" or letter >= " ")


def _json(place: Place, items: Sequence[HubObject], *, title: str, path: str) -> tuple[bytes, str]:
    author = {"name": place.actor.name, "url": place.url, "avatar": place.logo_url}
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": f"{place.url}{path}",
        "feed_url": f"{place.url}{path}/feed.json",
        "description": place.theme.tagline or place.about,
        "language": place.language,
        "authors": [{name: value for name, value in author.items() if value}],
        "items": [_entry(place, post) for post in items],
    }
    if place.logo_url:
        document["icon"] = place.logo_url
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return body.encode(), "application/feed+json; charset=utf-8"


def _entry(place: Place, post: HubObject) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": post.uri,
        "url": post.url,
        "content_html": _content(place, post),
        "content_text": texts.to_text(post.html),
        "date_published": write_datetime(post.published),
        "language": post.language or place.language,
    }
    if post.name:
        found["title"] = post.name
    if post.summary:
        found["summary"] = post.summary
    if post.updated:
        found["date_modified"] = write_datetime(post.updated)
    if post.hashtags:
        found["tags"] = list(post.hashtags)
    if post.pictures:
        found["attachments"] = [
            {
                "url": addresses.media_url(place.actor.base, one["path"]),
                "mime_type": one["media_type"],
            }
            for one in post.pictures
        ]
    return found


# ── for crawlers ──


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Crawlers may read the hubs, and nothing that people work with."""
    closed = ("/w/", "/account/", "/api/", "/welcome/", "/sign-in/", "/hub/", "/metrics")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), "Disallow: /@*/search"]
    scheme = hosts.site_base().partition("://")[0]
    lines += ["", f"Sitemap: {scheme}://{request.get_host()}/sitemap.xml", ""]
    return public(HttpResponse("\n".join(lines), content_type="text/plain"), seconds=3600)


@require_safe
def sitemaps(request: HttpRequest) -> HttpResponse:
    """The sitemaps of all accounts on the host that was asked."""
    rows = HubActor.objects.filter(
        host=request.get_host().lower(), hub__isnull=False, discoverable=True
    )
    found = "".join(
        f"<sitemap><loc>{escape(actor.url)}/sitemap.xml</loc></sitemap>"
        for actor in rows[:_ADDRESSES]
    )
    return _xml_answer(f'<sitemapindex xmlns="{_SITEMAPS}">{found}</sitemapindex>')


@require_safe
@at_place
def sitemap(request: HttpRequest, place: Place) -> HttpResponse:
    """Everything of an account that search engines may show."""
    del request
    if not place.actor.discoverable:
        raise Http404
    pages = [f"<url><loc>{escape(place.url)}</loc></url>"]
    if HubLink.objects.filter(hub=place.actor.hub, shown=True).exists():
        pages.append(f"<url><loc>{escape(place.url)}/links</loc></url>")
    rows = posts.feed(place.actor).only("id", "actor", "published", "updated")
    pages += [
        f"<url><loc>{escape(post.url)}</loc>"
        f"<lastmod>{write_datetime(post.updated or post.published)}</lastmod></url>"
        for post in rows[:_ADDRESSES].iterator()
    ]
    return _xml_answer(f'<urlset xmlns="{_SITEMAPS}">{"".join(pages)}</urlset>')


def _xml_answer(body: str) -> HttpResponse:
    text = f'<?xml version="1.0" encoding="UTF-8"?>{body}'
    return public(HttpResponse(text, content_type="application/xml"), seconds=3600)
