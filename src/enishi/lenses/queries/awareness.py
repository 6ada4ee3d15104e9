"""Awareness, loyalty, traffic; and short videos with what networks mean by their numbers."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.utils.translation import get_language

from enishi.accounts.permissions import Actor
from enishi.activities import queries as log
from enishi.analytics.kpi import Reading, Scope, Window
from enishi.analytics.metrics import topics as metrics
from enishi.analytics.readings import View as Tables
from enishi.lenses.queries.asking import Asked, View, look
from enishi.strategy import readings

DAYS = 28
PACKS = {
    "awareness": ("reach", "mentions", "share_of_voice", "branded_searches"),
    "loyalty": ("returning_people", "net_promoter_score", "response_rate", "talk_rate"),
    "traffic": ("clicks", "click_through_rate", "leads", "purchases"),
    "video": (
        "short_videos",
        "views",
        "views_2s",
        "views_6s",
        "average_watch_time",
        "video_retention",
        "video_completion",
        "saves",
    ),
}
_DEFINITIONS = Path(__file__).parent.parent / "data" / "video_views.toml"


@dataclass(frozen=True, slots=True)
class Day:
    """Numbers of the same day side by side; None is a gap, not zero."""

    day: date
    searches: float | None
    mentions: float | None


@dataclass(frozen=True, slots=True)
class Campaign:
    """Clicks by the UTM parameters of the addresses; empty where an address has none."""

    source: str
    medium: str
    campaign: str
    clicks: int


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a network means by a view, by its own words, since when."""

    network: str
    metric: str
    text: str
    since: date
    source: str


@dataclass(frozen=True, slots=True)
class AwarenessView:
    window: Window
    packs: dict[str, Sequence[tuple[str, Reading]]]
    days: Sequence[Day]
    campaigns: Sequence[Campaign]
    meanings: Sequence[Meaning]

    @property
    def gaps(self) -> int:
        """Days without a number of branded searches, between the first and the last known."""
        known = [place for place, one in enumerate(self.days) if one.searches is not None]
        return known[-1] - known[0] + 1 - len(known) if known else 0


def awareness(actor: Actor, asked: Asked) -> AwarenessView:
    """Four packs of KPIs, searches and mentions day by day, and clicks by campaign."""
    view = look(actor, asked, days=DAYS)
    return AwarenessView(
        view.window,
        {
            name: [
                (key, readings.value(view.place, key, view.channel_ids, view.window))
                for key in keys
            ]
            for name, keys in PACKS.items()
        },
        _days(view),
        _campaigns(view),
        meanings(),
    )


def _days(view: View) -> list[Day]:
    searches = readings.series(view.place, "branded_searches", (), view.window)
    mentions = readings.series(view.place, "mentions", view.channel_ids, view.window)
    return [
        Day(one.day, one.value, other.value) for one, other in zip(searches, mentions, strict=True)
    ]


def _campaigns(view: View) -> list[Campaign]:
    def compute() -> list[dict[str, Any]]:
        tables = Tables(
            log.lake([view.place.workspace_id]),
            Scope(view.place.workspace_id, view.channel_ids or None),
            view.window,
            "campaigns",
        )
        return tables.ask("clicks", lambda: metrics.campaigns(tables.activities, view.window))

    rows = readings.once(view.place, ("campaigns", view.channel_ids, view.window), compute)
    counts: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        counts[utm(row["address"])] += int(row["clicks"])
    return [Campaign(*named, clicks) for named, clicks in counts.most_common()]


def utm(address: str) -> tuple[str, str, str]:
    """Source, medium and campaign of an address."""
    given = parse_qs(urlsplit(address).query)
    first = [given.get(f"utm_{name}", [""])[0] for name in ("source", "medium", "campaign")]
    return first[0], first[1], first[2]


def meanings() -> list[Meaning]:
    """What networks mean by views, in the reader's language."""
    language = "ja" if (get_language() or "en").startswith("ja") else "en"
    return [
        Meaning(one["network"], one["metric"], one["text"][language], one["since"], one["source"])
        for one in _data()
    ]


@lru_cache(maxsize=1)
def _data() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(_DEFINITIONS.read_text(encoding="utf-8"))["meaning"]
    return found
