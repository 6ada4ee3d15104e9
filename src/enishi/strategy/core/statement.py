"""Reads an objective as people write it, in Japanese or English, as far as it can be read.

「4/1–4/30に+1,000フォロワー(4,200→5,200)」 becomes a metric, a baseline, a target and two
dates. What is not there stays None: nothing is guessed.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

METRIC_WORDS: Mapping[str, tuple[str, ...]] = {
    "followers": ("フォロワー", "follower"),
    "replies": ("返信", "リプライ", "コメント", "replies", "reply", "comment"),
    "likes": ("いいね", "like"),
    "reshares": ("リポスト", "シェア", "拡散", "repost", "reshare", "share"),
    "posts": ("投稿", "post"),
}
"""The words that name a metric. A rate is not among them: its variant must be chosen."""

_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_FROM_TO = re.compile(rf"({_NUMBER})\s*(?:→|->|=>|から|\bto\b)\s*({_NUMBER})")
_GAIN = re.compile(rf"(?<![\d/.-])([+-])\s*({_NUMBER})(?![\d/.])")
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?!\d)")
_SHORT_DATE = re.compile(r"(?<![\d/.])(\d{1,2})(?:/|月)(\d{1,2})日?(?![\d/])")
_END_OF_MONTH = re.compile(r"(?<!\d)(\d{1,2})月末")
_HALF_YEAR = 183


@dataclass(frozen=True, slots=True)
class Reading:
    """What a statement says about itself."""

    metric: str | None = None
    baseline: float | None = None
    target: float | None = None
    change: float | None = None
    start: date | None = None
    end: date | None = None

    @property
    def has_number(self) -> bool:
        return self.target is not None or self.change is not None


def read(text: str, today: date) -> Reading:
    """What the statement names. Dates without a year lie within half a year of `today`."""
    plain = unicodedata.normalize("NFKC", text).replace("–", "-").replace("〜", "-").lower()
    found = _dates(plain, today)
    numbers = _without_dates(plain)
    baseline, target = _from_to(numbers)
    return Reading(
        metric=_metric(plain),
        baseline=baseline,
        target=target,
        change=_change(numbers, baseline, target),
        start=found[0] if len(found) > 1 else None,
        end=found[-1] if found else None,
    )


def _metric(text: str) -> str | None:
    for metric, words in METRIC_WORDS.items():
        if any(word in text for word in words):
            return metric
    return None


def _from_to(text: str) -> tuple[float | None, float | None]:
    found = _FROM_TO.search(text)
    return (_number(found[1]), _number(found[2])) if found else (None, None)


def _change(text: str, baseline: float | None, target: float | None) -> float | None:
    if baseline is not None and target is not None:
        return target - baseline
    found = _GAIN.search(text)
    return None if found is None else float(found[1] + found[2].replace(",", ""))


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def _without_dates(text: str) -> str:
    return _SHORT_DATE.sub(" ", _ISO_DATE.sub(" ", text))


def _dates(text: str, today: date) -> list[date]:
    """All dates in the order of the text."""
    found: list[tuple[int, date | None]] = [
        (match.start(), _date(int(match[1]), int(match[2]), int(match[3])))
        for match in _ISO_DATE.finditer(text)
    ]
    rest = _ISO_DATE.sub(lambda match: " " * len(match[0]), text)
    found += [
        (match.start(), _nearest(int(match[1]), int(match[2]), today))
        for match in _SHORT_DATE.finditer(rest)
    ]
    found += [
        (match.start(), _nearest(int(match[1]), None, today))
        for match in _END_OF_MONTH.finditer(rest)
    ]
    return [day for _, day in sorted(found, key=lambda pair: pair[0]) if day is not None]


def _nearest(month: int, day: int | None, today: date) -> date | None:
    """The day of that name in the year that brings it nearest to today."""
    years = (today.year, today.year + 1, today.year - 1)
    candidates = [_date(year, month, day) for year in years]
    near = [one for one in candidates if one and abs((one - today).days) <= _HALF_YEAR]
    return near[0] if near else candidates[0]


def _date(year: int, month: int, day: int | None) -> date | None:
    """The day, or the last one of the month; None when the calendar has no such day."""
    try:
        return date(year, month, calendar.monthrange(year, month)[1] if day is None else day)
    except ValueError:
        return None
