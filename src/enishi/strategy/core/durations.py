"""Working time as people write it."""

from __future__ import annotations

import re
import unicodedata

_HOUR = 60
_MOST = 24 * _HOUR
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)")
_WORDS = re.compile(r"(?:(\d+(?:\.\d+)?)(?:h|時間))?(?:(\d+)(?:m|min|分)?)?")
_MINUTES = re.compile(r"(\d+)(?:m|min|分)")


def minutes(text: str, *, most: int = _MOST) -> int | None:
    """1:30, 1.5, 1h30, 90m or 1時間30分 in minutes; a bare number is hours.

    Empty is 0. None when it cannot be read, or is more than `most` minutes.
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower().replace(" ", "").replace(",", ".")
    if not plain:
        return 0
    found = _read(plain)
    return None if found is None or found > most else found


def _read(plain: str) -> int | None:
    if match := _CLOCK.fullmatch(plain):
        return int(match[1]) * _HOUR + int(match[2])
    if match := _MINUTES.fullmatch(plain):
        return int(match[1])
    if re.fullmatch(r"\d*\.?\d+", plain):
        return round(float(plain) * _HOUR)
    match = _WORDS.fullmatch(plain)
    if match is None or match[1] is None:
        return None
    return round(float(match[1]) * _HOUR) + int(match[2] or 0)


def clock(found: int) -> str:
    """Minutes as 1:30; negative with a minus sign."""
    sign, rest = ("−" if found < 0 else ""), abs(found)
    return f"{sign}{rest // _HOUR}:{rest % _HOUR:02d}"


def hours(found: int) -> str:
    """Minutes as hours for people: 22, 1.5, −7."""
    number = f"{abs(found) / _HOUR:,.2f}".rstrip("0").rstrip(".")
    return f"{'−' if found < 0 else ''}{number}"
