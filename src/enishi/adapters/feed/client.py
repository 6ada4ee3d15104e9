"""Fetching feeds: only what changed, and from a page to the feed that it names."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from enishi.adapters.feed.reading import Feed, NotAFeedError, feed_links, read_feed
from enishi.channels.errors import RejectedError
from enishi.channels.http import Http, HttpResponse

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5"
)
_UNCHANGED = 304
_NOT_THERE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Fetched:
    """A feed, where it was, and what to ask with next time."""

    feed: Feed
    url: str
    etag: str = ""
    last_modified: str = ""


async def fetch(http: Http, url: str, *, etag: str = "", last_modified: str = "") -> Fetched | None:
    """The feed at an address; None when it has not changed since."""
    response = await _get(http, url, etag=etag, last_modified=last_modified)
    if response.status == _UNCHANGED:
        return None
    return _understood(response)


async def discover(http: Http, url: str) -> Fetched:
    """The feed at an address, or the first one that the page at this address names."""
    response = await _get(http, url)
    if not response.is_html:
        return _understood(response)
    for link in feed_links(response.content, response.url):
        return _understood(await _get(http, link))
    raise RejectedError(
        format_lazy(
            _(
                "{host} answered with a web page that names no feed. "
                "Look for the address of its RSS feed and enter that."
            ),
            host=_host(url),
        ),
        field="address",
    )


async def _get(http: Http, url: str, *, etag: str = "", last_modified: str = "") -> HttpResponse:
    headers = {"Accept": _ACCEPT}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    response = await http.request("GET", url, headers=headers)
    if response.ok or response.status == _UNCHANGED:
        return response
    if response.status in _NOT_THERE:
        message = _("There is nothing at {url} (any more). Check the address.")
    else:
        message = _("{url} may not be read from here: the site refuses it.")
    raise RejectedError(
        format_lazy(message, url=url), field="address", detail=f"HTTP {response.status}"
    )


def _understood(response: HttpResponse) -> Fetched:
    try:
        feed = read_feed(response.content, response.url)
    except NotAFeedError as error:
        if response.is_html:
            message = _("{host} answered with a web page instead of a feed.")
        else:
            message = _("What {host} sent is neither RSS nor Atom nor JSON Feed.")
        raise RejectedError(
            format_lazy(message, host=_host(response.url)), field="address", detail=str(error)
        ) from error
    return Fetched(
        feed,
        response.url,
        etag=response.headers.get("etag", ""),
        last_modified=response.headers.get("last-modified", ""),
    )


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
