"""What people write into cells: dates and numbers as Japan and the rest of the world do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from enishi.imports.core.items import RowError

NOON: Final = time(12)
"""A day without a time of day stands at noon: the same day in nearly every zone."""
ORDERS: Final = ("ymd", "mdy", "dmy")
_ERAS: Final = {"令和": 2018, "平成": 1988, "R": 2018, "H": 1988}
_MONTHS: Final[Mapping[str, int]] = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_AFTERNOON: Final = frozenset({"午後", "PM"})
_UNITS: Final = {"": 1, "千": 1_000, "K": 1_000, "万": 10_000, "M": 1_000_000, "億": 10**8}
_NOTHING: Final = frozenset({"", "-", "--", "—", "–", "ー", "N/A", "NA", "NULL", "#N/A", "なし"})

_CLOCK: Final = re.compile(
    r"(?P<half1>午前|午後|[AaPp]\.?[Mm]\.?)?\s*(?P<hour>\d{1,2})\s*(?::|時)\s*"
    r"(?:(?P<minute>\d{1,2})\s*(?:分)?)?(?::?\s*(?P<second>\d{1,2})(?:[.,]\d+)?\s*秒?)?\s*"
    r"(?P<half2>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>[Zz]|UTC|GMT|JST|[+-]\d{2}:?\d{2})?"
)
_YEAR_FIRST: Final = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_ERA: Final = re.compile(
    r"(令和|平成|[RH])\s*(\d{1,2}|元)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
)
_YEAR_LAST: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NAMED_FIRST: Final = re.compile(
    r"([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4}),?"
)
_NAMED_SECOND: Final = re.compile(r"(\d{1,2})[\s-]+([A-Za-z]{3})[a-z]*\.?,?[\s-]+(\d{4}),?")
_WEEKDAY: Final = re.compile(
    r"[(（]?(?:[月火水木金土日](?:曜日?)?)[)）]|(?:[月火水木金土日]曜日?)"
    r"|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b\.?,?",
    re.IGNORECASE,
)
_EPOCH: Final = re.compile(r"\d{10}(?:\d{3})?")
_NUMBER: Final = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*(千|万|億|[KkMm])?(?:回|件|人|個|名)?")
_JST: Final = "+0900"
_MILLISECONDS_LENGTH: Final = 13
_SECONDS_LENGTH: Final = 10


def read_time(text: str, clock: str, *, zone: ZoneInfo, order: str) -> datetime:
    """An aware time in UTC. `clock` is a separate cell for the time of day, or empty.

    Without a zone of its own the time is that of the workspace. Raises RowError.
    """
    written = unicodedata.normalize("NFKC", f"{text} {clock}").strip()
    if not written:
        raise RowError("time_missing", field="time")
    try:
        if _EPOCH.fullmatch(written):
            return _from_epoch(written)
        day, rest = _read_day(written, order)
        return _with_clock(day, rest.lstrip(" T\t,").rstrip(), zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise RowError(
            "time_unreadable", field="time", value=f"{text} {clock}".strip()[:80]
        ) from error


def _from_epoch(text: str) -> datetime:
    seconds = int(text[:_SECONDS_LENGTH])
    rest = int(text[_SECONDS_LENGTH:] or 0) if len(text) == _MILLISECONDS_LENGTH else 0
    return datetime.fromtimestamp(seconds, UTC) + timedelta(milliseconds=rest)


def _read_day(text: str, order: str) -> tuple[date, str]:
    """The day at the start of the text, and what follows it."""
    text = _WEEKDAY.sub(" ", text).strip()
    for pattern, read in (
        (_YEAR_FIRST, lambda m: date(int(m[1]), int(m[2]), int(m[3]))),
        (_ERA, _read_era),
        (_YEAR_LAST, lambda m: _read_year_last(m, order)),
        (_COMPACT, lambda m: date(int(m[1]), int(m[2]), int(m[3]))),
        (_NAMED_FIRST, lambda m: date(int(m[3]), _month(m[1]), int(m[2]))),
        (_NAMED_SECOND, lambda m: date(int(m[3]), _month(m[2]), int(m[1]))),
    ):
        if match := pattern.match(text):
            return read(match), text[match.end() :]
    raise ValueError(text)


def _read_era(match: re.Match[str]) -> date:
    year = 1 if match[2] == "元" else int(match[2])
    return date(_ERAS[match[1]] + year, int(match[3]), int(match[4]))


def _read_year_last(match: re.Match[str], order: str) -> date:
    first, second, year = (int(part) for part in match.groups())
    return date(year, second, first) if order == "dmy" else date(year, first, second)


def _month(name: str) -> int:
    if name.lower() not in _MONTHS:
        raise ValueError(name)
    return _MONTHS[name.lower()]


def _with_clock(day: date, text: str, zone: ZoneInfo) -> datetime:
    if not text:
        return datetime.combine(day, NOON, zone)
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(text)
    hour = _hour(int(match["hour"]), (match["half1"] or match["half2"] or "").upper())
    clock = time(hour, int(match["minute"] or 0), min(int(match["second"] or 0), 59))
    if written := match["zone"]:
        offset = _JST if written == "JST" else re.sub("(?i)z|utc|gmt", "+0000", written)
        return datetime.fromisoformat(f"{datetime.combine(day, clock).isoformat()}{offset}")
    return datetime.combine(day, clock, zone)


def _hour(hour: int, half: str) -> int:
    half = half.replace(".", "")
    if not half:
        return hour
    if hour > 12:  # noqa: PLR2004 - the hours of half a day
        raise ValueError(hour)
    return hour % 12 + (12 if half in _AFTERNOON else 0)


def guess_order(texts: list[str]) -> str:
    """In which order day and month stand where the year comes last: by what fits all."""
    pairs = [
        (int(match[1]), int(match[2]))
        for text in texts
        if (match := _YEAR_LAST.match(unicodedata.normalize("NFKC", text).strip()))
    ]
    if not pairs:
        return "ymd"
    return "dmy" if any(first > 12 for first, _ in pairs) else "mdy"  # noqa: PLR2004 - months


def read_number(text: str, *, field: str) -> float | None:
    """A count, or None when the cell says that nothing was observed. Raises RowError."""
    written = unicodedata.normalize("NFKC", text).strip().replace(",", "").replace("−", "-")
    if written.upper() in _NOTHING:
        return None
    match = _NUMBER.fullmatch(written)
    if match is None:
        raise RowError("number_unreadable", field=field, value=text[:80])
    value = float(match[1]) * _UNITS[(match[2] or "").upper()]
    if value < 0:
        raise RowError("number_negative", field=field, value=text[:80])
    return value
