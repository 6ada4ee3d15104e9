"""Refusals of the strategy."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enishi.kernel.errors import ConflictError, NotAllowedError, NotFoundError
from enishi.strategy.core.nodes import Level


def no_such_node(level: Level) -> NotFoundError:
    """The node is not there, or not in the actor's workspace."""
    messages = {
        Level.GOAL: _("There is no such goal."),
        Level.STRATEGY: _("There is no such strategy."),
        Level.OBJECTIVE: _("There is no such objective."),
        Level.TACTIC: _("There is no such tactic."),
    }
    return NotFoundError(messages[level], field=level.value)


def not_empty(level: Level, count: int) -> ConflictError:
    """A node with others below it cannot be deleted (R020)."""
    messages = {
        Level.GOAL: ngettext(
            "This goal has %(count)s strategy.", "This goal has %(count)s strategies.", count
        ),
        Level.STRATEGY: ngettext(
            "This strategy has %(count)s objective.",
            "This strategy has %(count)s objectives.",
            count,
        ),
        Level.OBJECTIVE: ngettext(
            "This objective has %(count)s tactic.", "This objective has %(count)s tactics.", count
        ),
    }
    return ConflictError(
        messages[level] % {"count": count},
        field=level.value,
        remedy=_("Delete or move what is below it first."),
    )


def month_is_closed(day: date) -> ConflictError:
    """Hours and costs of a closed month stay as they are (R018)."""
    return ConflictError(
        _("%(month)s is closed.") % {"month": f"{day:%Y-%m}"},
        field="day",
        remedy=_("Somebody who may approve can open it again."),
    )


def not_a_person() -> NotAllowedError:
    """Hours are a person's own; Enishi itself works none."""
    return NotAllowedError(
        _("Hours belong to a person."), remedy=_("Sign in, or use a token of a member.")
    )


def has_bookings() -> ConflictError:
    """A tactic on which hours or costs are booked stays (R018)."""
    return ConflictError(
        _("Hours or costs are booked on this tactic."),
        field="tactic",
        remedy=_("Set it to “Dropped” instead."),
    )
