"""Patterns of days and times as people say them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from enishi.publishing.core import slots

_WEEK = 7


def in_words(rule: str, times: Iterable[str]) -> str:
    """A pattern as people say it: “Mon, Thu · 21:00”."""
    clock_times = ", ".join(times)
    found = slots.weekdays_of(rule)
    if found is None:
        return f"{_monthly(rule) or rule} · {clock_times}"
    weekdays, every = found
    days = _("Every day") if len(weekdays) == _WEEK and every == 1 else _names(weekdays)
    if every > 1:
        days = (
            ngettext("Every %(count)s week", "Every %(count)s weeks", every) % {"count": every}
            + f": {days}"
        )
    return f"{days} · {clock_times}"


_LAST = gettext_lazy("the last day")


def _monthly(rule: str) -> str:
    head, _sign, days = rule.partition(";BYMONTHDAY=")
    if head != "FREQ=MONTHLY" or ";" in days:
        return ""
    named = [str(_LAST) if day == "-1" else day for day in days.split(",")]
    return _("Every month, on: %(days)s") % {"days": ", ".join(named)}


def _names(weekdays: Iterable[int]) -> str:
    return ", ".join(str(WEEKDAYS_ABBR[day]) for day in sorted(weekdays))


def week_in_words(times: Iterable[Sequence[object]]) -> str:
    """The times of a week as people say them: “Mon 09:00, 18:00 · Thu 12:00”."""
    by_day: dict[int, list[str]] = defaultdict(list)
    for day, at in times:
        by_day[int(str(day))].append(str(at))
    by_times: dict[str, list[int]] = defaultdict(list)
    for day, ats in sorted(by_day.items()):
        by_times[", ".join(sorted(ats))].append(day)
    return " · ".join(f"{_names(days)} {ats}" for ats, days in by_times.items())
