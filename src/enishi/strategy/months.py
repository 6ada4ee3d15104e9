"""Months in addresses: 2026-04."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import gettext as _

from enishi.kernel.errors import InvalidInputError

_SHAPE = re.compile(r"(\d{4})-(\d{2})")
_DECEMBER = 12


def month_of(text: str) -> date:
    """The first day of a month written as 2026-04; raises InvalidInputError for the field."""
    match = _SHAPE.fullmatch(text)
    if match is None or not 1 <= int(match[2]) <= _DECEMBER or int(match[1]) < 1:
        raise InvalidInputError(
            _("“%(text)s” is not a month.") % {"text": text},
            field="month",
            remedy=_("Write it as 2026-04."),
        )
    return date(int(match[1]), int(match[2]), 1)


def before(first: date) -> date:
    """The first day of the month before."""
    year, month = (first.year, first.month - 1) if first.month > 1 else (first.year - 1, 12)
    return date(year, month, 1)


def after(first: date) -> date:
    """The first day of the month after."""
    is_last = first.month == _DECEMBER
    return date(first.year + is_last, 1 if is_last else first.month + 1, 1)
