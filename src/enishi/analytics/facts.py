"""What is known of each post: the material of comparisons between posts."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from enishi.analytics.engines import ibis
from enishi.analytics.kpis.engagement import FOLLOWERS, interactions_of
from enishi.analytics.metrics import engagement, posts, reach_sources
from enishi.analytics.readings import View

MOST = 2_000
"""No more than so many posts are compared, the newest ones."""
BASES = ("reach", "impressions", FOLLOWERS, "views")
"""The denominators by which an engagement rate can be named."""
_REPORTED = ("reach", "impressions", "views", "clicks", "spend", *reach_sources.METRICS)
_HASHTAG = re.compile(r"[#＃]([^\s#＃.,、。!！?？()（）「」【】]+)")
_HEADING = re.compile(r"^\s*[【\[]([^】\]]{1,40})[】\]]")


@dataclass(frozen=True, slots=True)
class PostFacts:
    """One post. A number that nobody reported is not in `reported`."""

    post: str
    channel_id: str
    published_at: datetime
    text: str = ""
    format: str = ""
    interactions: Mapping[str, float] = field(default_factory=dict)
    reported: Mapping[str, float] = field(default_factory=dict)
    """Reach, impressions, views, clicks, spend, the reach by source, and the followers on the
    day of the post."""

    @property
    def engagements(self) -> float:
        return sum(self.interactions.values())

    @property
    def topic(self) -> str:
        """What the post is about: its heading in brackets, else its first hashtag."""
        found = _HEADING.search(self.text) or _HASHTAG.search(self.text)
        return unicodedata.normalize("NFKC", found.group(1)).casefold() if found else ""

    def rate(self, base: str) -> float | None:
        """Engagements by a named base; None where that was not observed."""
        below = self.reported.get(base)
        return self.engagements / below if below else None

    @property
    def sns_share(self) -> float | None:
        """The share of the known organic reach that came by people; None where unknown."""
        by_people = sum(self.reported.get(f"reach_{one}", 0.0) for one in ("followers", "reshares"))
        by_content = sum(
            self.reported.get(f"reach_{one}", 0.0)
            for one in ("recommendation", "hashtag", "search")
        )
        return by_people / (by_people + by_content) if by_people + by_content else None

    def _reach(self, *sources: str) -> float:
        return sum(self.reported.get(f"reach_{source}", 0.0) for source in sources)


def of_posts(view: View) -> list[PostFacts]:
    """The newest posts of a window with all that is known of them, oldest first."""
    newest = _newest(view)
    wanted = view.ask("newest posts", lambda: newest)
    acts = _by_post(view.ask("interactions", lambda: _interactions(view, newest)))
    numbers = _by_post(view.ask("reports", lambda: _reports(view, newest)))
    bases = view.ask(
        "followers", lambda: engagement.followers_base(newest, view.observations, view.window)
    )
    followers = {row["post"]: row["base"] for row in bases}
    said = {row["post"]: row for row in view.ask("texts", lambda: _texts(view, newest))}
    found = [
        PostFacts(
            post=row["post"],
            channel_id=str(row["channel_id"] or ""),
            published_at=row["published_at"],
            text=said.get(row["post"], {}).get("text") or "",
            format=said.get(row["post"], {}).get("format") or "",
            interactions=acts[row["post"]],
            reported=numbers[row["post"]]
            | ({FOLLOWERS: followers[row["post"]]} if row["post"] in followers else {}),
        )
        for row in wanted
    ]
    return sorted(found, key=lambda one: (one.published_at, one.post))


def _newest(view: View) -> Any:
    published = view.published
    return published.order_by(published.published_at.desc(), published.post).limit(MOST)


def _interactions(view: View, newest: Any) -> Any:
    counts = interactions_of(view)
    return counts.semi_join(newest, "post")[["post", "metric", "value"]]


def _reports(view: View, newest: Any) -> Any:
    found = engagement.reported(newest, view.reports, _REPORTED)
    return found[["post", "metric", "value"]]


def _texts(view: View, newest: Any) -> Any:
    own = posts.POSTS.among(view.activities)
    own = own.filter(view.window.contains(own.occurred_at))
    post = ibis.ifelse(own.object_key == "", own.id, own.object_key)
    each = own.group_by(post=post).agg(text=own.text.max(), format=own.object_type.max())
    return each.semi_join(newest, "post")


def _by_post(rows: Iterable[Mapping[str, Any]]) -> defaultdict[str, dict[str, float]]:
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for row in rows:
        found[row["post"]][row["metric"]] = float(row["value"])
    return found
