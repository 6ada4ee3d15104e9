"""Articles of a feed as ActivityStreams. Pure."""

from __future__ import annotations

from datetime import datetime

from enishi.adapters.feed.reading import Entry, Feed
from enishi.vocab import Node, build


def publisher(feed: Feed, feed_url: str) -> Node:
    """The site behind a feed."""
    return build("Service", id=feed_url, name=feed.title or feed_url, url=feed.home or feed_url)


def activity(entry: Entry, site: Node, seen_at: datetime) -> Node:
    """The publication of an article; one without a date counts from when it was first seen."""
    moment = entry.published or seen_at
    return build(
        "Create",
        id=entry.key,
        published=moment,
        actor=site,
        object=article(entry, moment),
    )


def article(entry: Entry, moment: datetime) -> Node:
    """An article: its title is `name`, its text `content`."""
    return build(
        "Article",
        id=entry.key,
        name=entry.title or None,
        content=entry.text,
        url=entry.url or None,
        published=moment,
        updated=entry.updated if entry.updated != entry.published else None,
        attributed_to=build("Person", name=entry.author) if entry.author else None,
        tag=[build("Hashtag", name=f"#{tag}") for tag in entry.tags] or None,
        image=build("Image", url=entry.image) if entry.image else None,
    )
