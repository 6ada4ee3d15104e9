"""The functions of a company, by which people, channels, cases and objectives are told apart."""

from __future__ import annotations

from enum import StrEnum


class Function(StrEnum):
    """The part of the company that something serves (R028)."""

    MARKETING = "marketing"
    SALES = "sales"
    SERVICE = "service"
    HR = "hr"
    PARTNERS = "partners"
