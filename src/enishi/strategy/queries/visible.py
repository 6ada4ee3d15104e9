"""What of the plan an actor sees: everything, or what serves their functions (R028)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from enishi.accounts.permissions import Actor
from enishi.strategy.core.functions import functions_of, hidden_from, seen_of


def objectives(actor: Actor, above: str = "") -> Q:
    """The objectives that the actor sees; `above` is the path to them from other rows.

    An objective is hidden when it serves other functions, or paces by a number that is theirs.
    """
    if not actor.functions:
        return Q()
    mine = ["", *sorted(actor.functions)]
    hidden = Q(**{f"{above}metric__in": hidden_from(actor.functions)})
    return Q(**{f"{above}function__in": mine}) & ~hidden


def tactics(actor: Actor) -> Q:
    """The tactics below objectives that the actor sees."""
    return objectives(actor, "objective__")


def kpis(actor: Actor, keys: Iterable[str]) -> list[str]:
    """The KPIs that the actor sees, in their order."""
    return seen_of(actor.functions, keys)


def require_kpi(actor: Actor, key: str) -> None:
    """Raise NotAllowedError when a KPI belongs to other functions than the actor's."""
    if not actor.serves(functions := functions_of(key)):
        actor.require_function(*functions)
