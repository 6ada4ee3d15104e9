"""What the plan rests on: canvas, risks, options, and the world outside (R024, R030)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.activities.log import record
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from enishi.strategy import events
from enishi.strategy.core.canvas import Box
from enishi.strategy.core.nodes import Level
from enishi.strategy.errors import no_such_node
from enishi.strategy.models import (
    AREAS,
    CanvasBox,
    Factor,
    FactorLink,
    Objective,
    Risk,
    Strategy,
    StrategyOption,
    Tactic,
)

_TITLE = 200
_LEVELS = range(1, 6)


@transaction.atomic
def set_box(actor: Actor, *, box: str, text: str) -> CanvasBox:
    """Write into a box of the canvas; an empty text empties it."""
    actor.require(Permission.STRATEGY_EDIT)
    if box not in set(Box):
        raise InvalidInputError(
            _("There is no such box."),
            field="box",
            remedy=_("Choose one of: %(values)s.") % {"values": ", ".join(Box)},
        )
    found, _is_new = CanvasBox.objects.update_or_create(
        workspace_id=actor.workspace_id,
        box=box,
        defaults={"text": text.strip(), "updated_at": clock.now()},
    )
    record([events.noted(actor, "Update", "CanvasBox", box, text=text.strip()[:200])])
    return found


# --- risks ---------------------------------------------------------------------------------


@transaction.atomic
def save_risk(
    actor: Actor,
    *,
    title: str,
    probability: int,
    impact: int,
    strategy_id: UUID | None = None,
    response: str = "",
    owner_id: UUID | None = None,
    risk_id: UUID | None = None,
) -> Risk:
    """Enter a risk, or change one: probability and impact from 1 to 5."""
    actor.require(Permission.STRATEGY_EDIT)
    title = _title(title)
    for field, value in (("probability", probability), ("impact", impact)):
        if value not in _LEVELS:
            raise InvalidInputError(_("Choose a number from 1 to 5."), field=field)
    if risk_id is None:
        found = Risk(strategy=_strategy(actor, strategy_id), created_at=clock.now())
    else:
        found = _risk(actor, risk_id)
    found.title, found.response = title, response.strip()
    found.probability, found.impact = probability, impact
    found.owner_id = owner_id
    found.save()
    record([events.noted(actor, "Update", "Risk", found.id, text=title)])
    return found


@transaction.atomic
def close_risk(actor: Actor, risk_id: UUID, *, evidence: str) -> Risk:
    """Close a risk; without evidence that it is over this is refused."""
    actor.require(Permission.STRATEGY_EDIT)
    found = _risk(actor, risk_id)
    if not evidence.strip():
        raise InvalidInputError(
            _("A risk is closed on evidence only."),
            field="evidence",
            remedy=_("Say what shows that it is over: a measurement, a contract, a date."),
        )
    found.evidence = evidence.strip()
    found.closed_by_id, found.closed_at = actor.user_id, clock.now()
    found.save()
    record([events.noted(actor, "Accept", "Risk", found.id, text=found.evidence[:200])])
    return found


@transaction.atomic
def reopen_risk(actor: Actor, risk_id: UUID) -> Risk:
    """A closed risk is back; its evidence stays in the log."""
    actor.require(Permission.STRATEGY_EDIT)
    found = _risk(actor, risk_id)
    found.closed_at = found.closed_by_id = None
    found.save()
    record([events.noted(actor, "Undo", "Risk", found.id, text=found.title)])
    return found


def _risk(actor: Actor, risk_id: UUID) -> Risk:
    rows = Risk.objects.filter(strategy__workspace_id=actor.workspace_id, id=risk_id)
    found = rows.first()
    if found is None:
        raise NotFoundError(_("There is no such risk."))
    return found


# --- options -------------------------------------------------------------------------------


@transaction.atomic
def add_option(actor: Actor, *, strategy_id: UUID, title: str, note: str = "") -> StrategyOption:
    """Note a way that could be gone."""
    actor.require(Permission.STRATEGY_EDIT)
    found = StrategyOption.objects.create(
        strategy=_strategy(actor, strategy_id),
        title=_title(title),
        note=note.strip(),
        created_at=clock.now(),
    )
    record([events.noted(actor, "Create", "Option", found.id, text=found.title)])
    return found


@transaction.atomic
def decide_option(actor: Actor, option_id: UUID, *, chosen: bool, reason: str) -> StrategyOption:
    """Choose or reject an option, and say why: the log of options is read years later."""
    actor.require(Permission.STRATEGY_EDIT)
    rows = StrategyOption.objects.filter(strategy__workspace_id=actor.workspace_id)
    found = rows.filter(id=option_id).first()
    if found is None:
        raise NotFoundError(_("There is no such option."))
    if not reason.strip():
        raise InvalidInputError(_("Say why."), field="reason")
    found.state = "chosen" if chosen else "rejected"
    found.reason = reason.strip()
    found.decided_by_id, found.decided_at = actor.user_id, clock.now()
    found.save()
    kind = "Accept" if chosen else "Reject"
    record([events.noted(actor, kind, "Option", found.id, text=found.title)])
    return found


# --- the world outside ---------------------------------------------------------------------


@transaction.atomic
def add_factor(  # noqa: PLR0913 - each field of the entry
    actor: Actor,
    *,
    area: str,
    title: str,
    detail: str = "",
    effective: date | None = None,
    source_url: str = "",
    keywords: Sequence[str] = (),
    objective_ids: Iterable[UUID] = (),
    tactic_ids: Iterable[UUID] = (),
) -> Factor:
    """Enter something that changes outside; what it touches has to be reviewed.

    Beside the nodes that are named, every objective and tactic whose title or description
    contains one of the keywords is touched.
    """
    actor.require(Permission.STRATEGY_EDIT)
    known = [key for key, _label in AREAS]
    if area not in known:
        raise InvalidInputError(
            _("There is no such area."),
            field="area",
            remedy=_("Choose one of: %(values)s.") % {"values": ", ".join(known)},
        )
    words = [word.strip() for word in keywords if word.strip()]
    factor = Factor.objects.create(
        workspace_id=actor.workspace_id,
        area=area,
        title=_title(title),
        detail=detail.strip(),
        effective=effective,
        source_url=source_url.strip(),
        keywords=", ".join(words)[:300],
        created_at=clock.now(),
    )
    _link(actor, factor, words, set(objective_ids), set(tactic_ids))
    record([events.noted(actor, "Create", "Factor", factor.id, text=factor.title)])
    return factor


def _link(
    actor: Actor,
    factor: Factor,
    words: list[str],
    objective_ids: set[UUID],
    tactic_ids: set[UUID],
) -> None:
    for model, field, named in (
        (Objective, "objective_id", objective_ids),
        (Tactic, "tactic_id", tactic_ids),
    ):
        wanted = Q(id__in=named)
        for word in words:
            wanted |= Q(title__icontains=word) | Q(description__icontains=word)
        rows = model.objects.filter(wanted, workspace_id=actor.workspace_id)
        FactorLink.objects.bulk_create(
            FactorLink(factor=factor, **{field: identifier})
            for identifier in rows.values_list("id", flat=True)
        )


@transaction.atomic
def touch_node(actor: Actor, factor_id: UUID, *, level: Level, node_id: UUID) -> FactorLink:
    """Say that a factor touches one more objective or tactic."""
    actor.require(Permission.STRATEGY_EDIT)
    factor = _factor(actor, factor_id)
    if level not in (Level.OBJECTIVE, Level.TACTIC):
        raise InvalidInputError(_("Only objectives and tactics can be linked."), field="level")
    model = Objective if level is Level.OBJECTIVE else Tactic
    rows = model.objects.filter(workspace_id=actor.workspace_id, id=node_id)
    if not rows.exists():
        raise no_such_node(level)
    key: dict[str, Any] = {"factor": factor, f"{level.value}_id": node_id}
    link, _is_new = FactorLink.objects.get_or_create(**key)
    return link


@transaction.atomic
def review_link(actor: Actor, link_id: UUID, *, finding: str) -> FactorLink:
    """Say what came of looking at an objective or tactic again: it needs no review any more."""
    actor.require(Permission.STRATEGY_EDIT)
    rows = FactorLink.objects.filter(factor__workspace_id=actor.workspace_id, id=link_id)
    found = rows.select_related("factor").first()
    if found is None:
        raise NotFoundError(_("There is nothing to review here any more."))
    if not finding.strip():
        raise InvalidInputError(_("Say what you found."), field="finding")
    if found.reviewed_at is not None:
        raise ConflictError(_("Somebody has already reviewed it."))
    found.finding = finding.strip()[:300]
    found.reviewed_by_id, found.reviewed_at = actor.user_id, clock.now()
    found.save()
    record([events.noted(actor, "Accept", "Factor", found.factor_id, text=found.finding)])
    return found


@transaction.atomic
def delete_factor(actor: Actor, factor_id: UUID) -> None:
    """Take an entry out of the log of the outside world."""
    actor.require(Permission.STRATEGY_EDIT)
    found = _factor(actor, factor_id)
    record([events.noted(actor, "Delete", "Factor", found.id, text=found.title)])
    found.delete()


def _factor(actor: Actor, factor_id: UUID) -> Factor:
    found = Factor.objects.filter(workspace_id=actor.workspace_id, id=factor_id).first()
    if found is None:
        raise NotFoundError(_("There is no such entry."))
    return found


def _title(text: str) -> str:
    if not 1 <= len(text.strip()) <= _TITLE:
        raise InvalidInputError(
            _("A title is needed."), field="title", remedy=_("Use 1 to 200 characters.")
        )
    return text.strip()


def _strategy(actor: Actor, strategy_id: UUID | None) -> Strategy:
    rows = Strategy.objects.filter(workspace_id=actor.workspace_id)
    found = rows.filter(id=strategy_id).first() if strategy_id else None
    if found is None:
        raise no_such_node(Level.STRATEGY)
    return found
