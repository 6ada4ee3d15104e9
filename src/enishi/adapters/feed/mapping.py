"""Articles of a feed as ActivityStreams. Pure."""

from __future__ import annotations

import re
from datetime import datetime

from enishi.adapters.feed.reading import Entry, Feed
from enishi.vocab import Node, build

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def publisher(feed: Feed, feed_url: str) -> Node:
    """The site behind a feed."""
    return build("Service", id=feed_url, name=feed.title or feed_url, url=feed.home or feed_url)


def activity(entry: Entry, site: Node, seen_at: datetime, language: str = "") -> Node:
    """The publication of an article; one without a date counts from when it was first seen."""
    moment = entry.published or seen_at
    return build(
        "Create",
        id=entry.key,
        published=moment,
        actor=site,
        object=article(entry, moment, language),
    )


def article(entry: Entry, moment: datetime, language: str = "") -> Node:
    """An article: its title is `name`, its text `content`."""
    return build(
        "Article",
        id=entry.key,
        name=entry.title or None,
        content=entry.text,
        content_map={language: entry.text} if _LANGUAGE.fullmatch(language) else None,
        url=entry.url or None,
        published=moment,
        updated=entry.updated if entry.updated != entry.published else None,
        attributed_to=build("Person", name=entry.author) if entry.author else None,
        tag=[build("Hashtag", name=f"#{tag}") for tag in entry.tags] or None,
        image=build("Image", url=entry.image) if entry.image else None,
    )
