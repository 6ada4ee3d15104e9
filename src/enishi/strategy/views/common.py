"""What the pages of the plan share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.kernel import money
from enishi.kernel.errors import EnishiError, InvalidInputError
from enishi.strategy.core import durations
from enishi.strategy.queries.resources import plan_settings

SPANS = (
    (7, gettext_lazy("7 days")),
    (28, gettext_lazy("28 days")),
    (90, gettext_lazy("90 days")),
    (365, gettext_lazy("1 year")),
)
"""The windows that a toolbar offers, in days."""


def done(
    request: WorkspaceRequest, act: Callable[[], object], back: str, *, said: str = ""
) -> HttpResponse:
    """Run an action and go back; a refusal is told there and nothing is changed."""
    try:
        act()
    except EnishiError as error:
        messages.error(request, str(error))
    else:
        if said:
            messages.success(request, said)
    return redirect(back)


def rights(request: WorkspaceRequest) -> dict[str, bool]:
    """What the page may offer."""
    return {
        "can_edit": request.actor.can(Permission.STRATEGY_EDIT),
        "can_approve": request.actor.can(Permission.STRATEGY_APPROVE),
    }


def given_id(text: str, field: str) -> UUID:
    """An identifier from a form."""
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidInputError(_("This is not an identifier."), field=field) from error


def maybe_id(text: str, field: str = "id") -> UUID | None:
    """An identifier from a form, or none chosen."""
    return given_id(text, field) if text else None


def given_day(text: str, field: str = "day") -> date:
    """A day from a form or an address."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError(
            _("“%(text)s” is not a day.") % {"text": text},
            field=field,
            remedy=_("Write it as 2026-04-01."),
        ) from error


def asked_day(given: QueryDict, name: str) -> date | None:
    """A day of an address's query, or none asked for."""
    text = given.get(name, "")
    return given_day(text, name) if text else None


def asked_window(given: QueryDict) -> tuple[date | None, date | None, tuple[UUID, ...]]:
    """The first day, the last day and the channels of an address's query."""
    channels = [_channel(text) for text in given.getlist("channel") if text]
    return asked_day(given, "first"), asked_day(given, "last"), tuple(channels)


def _channel(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidInputError(_("There is no such channel."), field="channel") from error


def given_number(text: str, field: str) -> int:
    """A whole number from a form."""
    if not text.strip().isdecimal():
        raise InvalidInputError(_("This is not a number."), field=field)
    return int(text)


def given_minutes(text: str, field: str = "hours", *, most: int = 7 * 24 * 60) -> int:
    """Time as people write it, in minutes."""
    found = durations.minutes(text, most=most)
    if found is None:
        raise InvalidInputError(
            _("“%(text)s” cannot be read as hours.") % {"text": text},
            field=field,
            remedy=_("Write 1:30, 1.5 or 90m."),
        )
    return found


def given_money(request: WorkspaceRequest, text: str, field: str = "amount") -> int:
    """An amount in the plan's currency, in minor units."""
    found = money.to_minor(text, plan_settings(request.actor).currency)
    if found is None:
        raise InvalidInputError(
            _("“%(text)s” is not an amount.") % {"text": text},
            field=field,
            remedy=_("Write 1,200,000 or 12.50."),
        )
    return found
