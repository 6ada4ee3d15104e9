"""Dates and durations: lenient when read, exact when written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final

_ISO: Final = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})"
    r"(?:[Tt ](?P<time>\d{2}:\d{2}(?::\d{2})?)(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<zone>[Zz]|[+-]\d{2}:?\d{2})?"
)
_DURATION: Final = re.compile(
    r"(?P<sign>-)?P(?=[\dT])(?:(?P<years>\d{1,9})Y)?(?:(?P<months>\d{1,9})M)?"
    r"(?:(?P<weeks>\d{1,9})W)?(?:(?P<days>\d{1,9})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?"
    r"(?:(?P<seconds>\d{1,9}(?:\.\d{1,6})?)S)?)?"
)


@lru_cache(maxsize=512)
def read_datetime(text: str) -> datetime | None:
    """An aware time in UTC, or None when the text is no date.

    Reads RFC 3339 with its common slips (no seconds, a space for the T, no zone: UTC) and
    the form of e-mail headers.
    """
    text = text.strip()
    match = _ISO.fullmatch(text)
    try:
        return _from_iso(match) if match else parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _from_iso(match: re.Match[str]) -> datetime:
    zone = (match["zone"] or "Z").upper().replace("Z", "+00:00")
    fraction = (match["fraction"] or "0").ljust(6, "0")[:6]
    clock = match["time"] or "00:00"
    if len(clock) == len("00:00"):
        clock += ":00"
    clock = re.sub(r":60$", ":59", clock)  # a leap second has no place in datetime
    at = datetime.fromisoformat(f"{match['date']}T{clock}.{fraction}{zone}")
    return at.astimezone(UTC)


@lru_cache(maxsize=512)
def write_datetime(at: datetime) -> str:
    """RFC 3339 in UTC, as short as it is exact."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be written")
    at = at.astimezone(UTC)
    return at.isoformat(timespec="microseconds" if at.microsecond else "seconds").replace(
        "+00:00", "Z"
    )


@dataclass(frozen=True, slots=True)
class Duration:
    """An xsd:duration. Months have no fixed length and so stand apart."""

    span: timedelta = timedelta()
    months: int = 0

    def __str__(self) -> str:
        negative = self.months < 0 or self.span < timedelta()
        years, months = divmod(abs(self.months), 12)
        date = _part(years, "Y") + _part(months, "M") + _part(abs(self.span).days, "D")
        clock = _clock(abs(self.span))
        if not date and not clock:
            return "PT0S"
        return ("-" if negative else "") + "P" + date + ("T" + clock if clock else "")


def _part(number: int, letter: str) -> str:
    return f"{number}{letter}" if number else ""


def _clock(span: timedelta) -> str:
    hours, rest = divmod(span.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{span.microseconds:06d}".rstrip("0") if span.microseconds else ""
    last = f"{seconds}{fraction}S" if seconds or fraction else ""
    return _part(hours, "H") + _part(minutes, "M") + last


def read_duration(text: str) -> Duration | None:
    """The duration, or None when the text is none."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        return None
    value = {name: float(part) for name, part in match.groupdict("0").items() if name != "sign"}
    sign = -1 if match["sign"] else 1
    try:
        span = timedelta(
            weeks=value["weeks"],
            days=value["days"],
            hours=value["hours"],
            minutes=value["minutes"],
            seconds=value["seconds"],
        )
    except OverflowError:
        return None
    return Duration(sign * span, sign * int(value["years"] * 12 + value["months"]))
