"""Refusals of the strategy."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enishi.kernel.errors import ConflictError, NotFoundError
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
