"""The roaster's posts: templates, slots and a timetable, all from a seed. Pure."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Tokyo")
DAYS = 365
_HOURS = ((7, 40), (8, 5), (12, 10), (12, 30), (19, 15), (20, 20), (21, 0))
_TRIES = 12
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Written:
    """A post of the past year."""

    account: int
    at: datetime
    text: str
    language: str
    series: str
    picture: str
    """What the picture shows; empty without one."""


@dataclass(frozen=True, slots=True)
class Brand:
    """The data file, read once."""

    data: Mapping[str, Any]

    @property
    def accounts(self) -> list[dict[str, Any]]:
        return list(self.data["accounts"])

    def words(self, table: str, key: str, language: str) -> str:
        """A bilingual text."""
        return str(self.data[table][key]["ja" if language == "ja" else "en"])

    def answer(self, language: str, rng: random.Random) -> str:
        return str(rng.choice(self.data["answers"][language]))


@lru_cache(maxsize=1)
def brand() -> Brand:
    return Brand(tomllib.loads(Path(__file__).with_name("brand.toml").read_text(encoding="utf-8")))


def year(until: datetime, seed: int) -> list[Written]:
    """All posts of the year before `until`, oldest first."""
    rng = random.Random(seed)  # noqa: S311 - made-up data
    posts = [
        post for number in range(len(brand().accounts)) for post in _of_account(number, until, rng)
    ]
    return sorted(posts, key=lambda post: post.at)


def _of_account(number: int, until: datetime, rng: random.Random) -> Iterator[Written]:
    account = brand().accounts[number]
    language, used = str(account["language"]), set[str]()
    first = until.astimezone(ZONE).date() - timedelta(days=DAYS)
    for offset in range(DAYS + 1):
        if rng.random() >= _chance(account["per_week"], offset):
            continue
        at = _moment(first + timedelta(days=offset), rng)
        if at < until:
            series, text = _fresh(language, used, rng)
            picture = text.split("。")[0][:60] if series.get("has_picture") else ""
            yield Written(number, at, text, language, series["series"], picture)


def _chance(per_week: float, offset: int) -> float:
    """The roaster became more regular over the year."""
    return min(0.95, per_week / _WEEK * (0.8 + 0.4 * offset / DAYS))


def _moment(day: date, rng: random.Random) -> datetime:
    hour, minute = rng.choice(_HOURS)
    local = datetime.combine(day, time(hour, minute), ZONE)
    return local + timedelta(seconds=rng.randrange(0, 600))


def _fresh(language: str, used: set[str], rng: random.Random) -> tuple[dict[str, Any], str]:
    """A text that was not used before, as far as a few tries find one."""
    table = brand().data[language]
    for _ in range(_TRIES):
        series = rng.choices(table, weights=[one["weight"] for one in table])[0]
        text = _filled(rng.choice(series["texts"]), language, rng)
        if text not in used:
            break
    used.add(text)
    return series, text


def _filled(template: str, language: str, rng: random.Random) -> str:
    slots = brand().data["slots"][language]
    chosen = {name: rng.choice(values) for name, values in slots.items()}
    text = template.format(**chosen)
    return text[:1].upper() + text[1:]
