"""Public holidays by country, in the reader's language where the library knows it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import holidays

_LANGUAGES = {"en": "en_US"}


def named(country: str, days: Iterable[date], language: str) -> dict[date, str]:
    """The holidays among some days."""
    if not country:
        return {}
    return {day: name for day in days if (name := _year(country, day.year, language).get(day, ""))}


@lru_cache(maxsize=64)
def _year(country: str, year: int, language: str) -> dict[date, str]:
    try:
        found = holidays.country_holidays(
            country, years=year, language=_LANGUAGES.get(language, language)
        )
    except NotImplementedError:
        return {}
    return {day: str(name) for day, name in found.items()}
