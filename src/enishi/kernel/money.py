"""Money: whole minor units (yen, cents) of a currency; never a float."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

EXPONENTS: Mapping[str, int] = MappingProxyType(
    {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "USD": 2, "EUR": 2, "GBP": 2, "CHF": 2}
    | {"AUD": 2, "CAD": 2, "CNY": 2, "HKD": 2, "SGD": 2, "TWD": 2, "THB": 2, "INR": 2}
)
"""The currencies that can be chosen, with their decimal places (ISO 4217)."""
_SYMBOLS = {"JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "KRW": "₩"}
_MOST = 10**15


def to_minor(text: str, currency: str) -> int | None:
    """An amount as people write it (¥1,200,000 or １２００ or 12.50) in minor units.

    None when it is not an amount, is negative, or is finer than the currency.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    for mark in (*_SYMBOLS.values(), "円", ",", " ", currency):
        plain = plain.replace(mark, "")
    try:
        minor = Decimal(plain).scaleb(EXPONENTS.get(currency, 2))
    except InvalidOperation:
        return None
    if not minor.is_finite() or minor != int(minor) or not 0 <= minor <= _MOST:
        return None
    return int(minor)


def major(minor: int, currency: str) -> Decimal:
    """Minor units as a number of the currency: 1250 cents are 12.50."""
    return Decimal(minor).scaleb(-EXPONENTS.get(currency, 2))


def shown(minor: int, currency: str) -> str:
    """An amount for people: ¥1,200,000, $12.50 or 12.50 CHF."""
    places = EXPONENTS.get(currency, 2)
    number = f"{abs(major(minor, currency)):,.{places}f}"
    sign = "−" if minor < 0 else ""
    symbol = _SYMBOLS.get(currency)
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number} {currency}"
