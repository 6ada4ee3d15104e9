"""What tactics need and what there is to work with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.activities.log import record
from enishi.kernel import money
from enishi.kernel.errors import InvalidInputError, NotFoundError
from enishi.strategy import events, spending
from enishi.strategy.core.nodes import Level
from enishi.strategy.core.thresholds import RANGES, USUAL, Limits, limits
from enishi.strategy.errors import no_such_node
from enishi.strategy.models import (
    LINE_KINDS,
    RESOURCE_KINDS,
    RHYTHMS,
    PlanSettings,
    Resource,
    ResourceLine,
    Tactic,
)
from enishi.strategy.queries.resources import limits_key

_WEEK = 7 * 24 * 60
_LABEL = 120


@transaction.atomic
def add_line(
    actor: Actor, *, tactic_id: UUID, kind: str, amount: int, rhythm: str, label: str = ""
) -> ResourceLine:
    """Say that a tactic needs hours (in minutes), money or a tool (in minor units)."""
    actor.require(Permission.STRATEGY_EDIT)
    tactic = Tactic.objects.filter(workspace_id=actor.workspace_id, id=tactic_id).first()
    if tactic is None:
        raise no_such_node(Level.TACTIC)
    _require_choice(kind, LINE_KINDS, "kind")
    _require_choice(rhythm, RHYTHMS, "rhythm")
    if amount <= 0 or (kind == "hours" and rhythm == "weekly" and amount > _WEEK):
        raise InvalidInputError(_("This is not an amount."), field="amount")
    line = ResourceLine.objects.create(
        tactic=tactic, kind=kind, amount=amount, rhythm=rhythm, label=label.strip()[:_LABEL]
    )
    record([events.happened(actor, "Update", Level.TACTIC, tactic.id, title=tactic.title)])
    return line


@transaction.atomic
def remove_line(actor: Actor, line_id: UUID) -> None:
    """Take a need off its tactic."""
    actor.require(Permission.STRATEGY_EDIT)
    rows = ResourceLine.objects.filter(tactic__workspace_id=actor.workspace_id, id=line_id)
    found = rows.select_related("tactic").first()
    if found is None:
        raise NotFoundError(_("There is no such line."))
    record(
        [events.happened(actor, "Update", Level.TACTIC, found.tactic_id, title=found.tactic.title)]
    )
    found.delete()


@transaction.atomic
def save_resource(
    actor: Actor,
    *,
    kind: str,
    name: str,
    minutes_per_week: int = 0,
    note: str = "",
    resource_id: UUID | None = None,
) -> Resource:
    """Add to the inventory of people, skills, capital, tools, suppliers and partners."""
    actor.require(Permission.STRATEGY_EDIT)
    _require_choice(kind, RESOURCE_KINDS, "kind")
    if not 1 <= len(name.strip()) <= _LABEL:
        raise InvalidInputError(_("A name is needed."), field="name")
    if not 0 <= minutes_per_week <= _WEEK:
        raise InvalidInputError(_("A week has 168 hours."), field="hours")
    found = Resource(workspace_id=actor.workspace_id)
    if resource_id is not None:
        found = _resource(actor, resource_id)
    found.kind, found.name, found.note = kind, name.strip(), note.strip()[:300]
    found.minutes_per_week = minutes_per_week
    found.save()
    record([events.noted(actor, "Update", "Resource", found.id, text=found.name)])
    return found


@transaction.atomic
def delete_resource(actor: Actor, resource_id: UUID) -> None:
    """Take something out of the inventory."""
    actor.require(Permission.STRATEGY_EDIT)
    found = _resource(actor, resource_id)
    record([events.noted(actor, "Delete", "Resource", found.id, text=found.name)])
    found.delete()


@transaction.atomic
def set_plan_settings(actor: Actor, *, currency: str, hourly_rate: int | None) -> PlanSettings:
    """The currency of the plan, and what an hour costs (minor units; None: not counted)."""
    actor.require(Permission.STRATEGY_EDIT)
    if currency not in money.EXPONENTS:
        raise InvalidInputError(
            _("This currency is not known."),
            field="currency",
            remedy=_("Choose one of: %(values)s.") % {"values": ", ".join(money.EXPONENTS)},
        )
    if hourly_rate is not None and hourly_rate < 0:
        raise InvalidInputError(_("This is not an amount."), field="hourly_rate")
    found, _is_new = PlanSettings.objects.update_or_create(
        workspace_id=actor.workspace_id,
        defaults={"currency": currency, "hourly_rate": hourly_rate},
    )
    spending.note_rate(actor)
    record([events.noted(actor, "Update", "PlanSettings", actor.workspace_id, text=currency)])
    return found


@transaction.atomic
def set_thresholds(actor: Actor, given: Mapping[str, float | None]) -> Limits:
    """Set limits from which on things are said; None goes back to the usual one."""
    actor.require(Permission.STRATEGY_EDIT)
    found, _is_new = PlanSettings.objects.get_or_create(workspace_id=actor.workspace_id)
    kept = dict(found.thresholds)
    for name, value in given.items():
        _require_limit(name, value)
        if value is None or value == getattr(USUAL, name):
            kept.pop(name, None)
        else:
            kept[name] = value
    found.thresholds = kept
    found.save(update_fields=["thresholds"])
    cache.delete(limits_key(actor.workspace_id))
    told = ", ".join(f"{name} = {value:g}" for name, value in sorted(kept.items()))
    record([events.noted(actor, "Update", "PlanSettings", actor.workspace_id, text=told)])
    return limits(kept)


def _require_limit(name: str, value: float | None) -> None:
    if name not in RANGES:
        raise InvalidInputError(
            _("There is no such threshold."), field=name, remedy=", ".join(RANGES)
        )
    least, most = RANGES[name]
    if value is not None and not least <= value <= most:
        raise InvalidInputError(
            _("Choose a number from %(least)s to %(most)s.")
            % {"least": f"{least:g}", "most": f"{most:g}"},
            field=name,
        )


def _resource(actor: Actor, resource_id: UUID) -> Resource:
    found = Resource.objects.filter(workspace_id=actor.workspace_id, id=resource_id).first()
    if found is None:
        raise NotFoundError(_("There is no such resource."))
    return found


def _require_choice(value: str, choices: Sequence[tuple[str, object]], field: str) -> None:
    known = [key for key, _label in choices]
    if value not in known:
        raise InvalidInputError(
            _("“%(value)s” cannot be used here.") % {"value": value},
            field=field,
            remedy=_("Choose one of: %(values)s.") % {"values": ", ".join(known)},
        )
