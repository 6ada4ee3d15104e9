"""Dashboards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from enishi.accounts.permissions import Actor, Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.reports import addresses, checking, queries, saved, scopes, shown
from enishi.reports.addresses import address_of
from enishi.reports.core.asking import Asked, BoardKind, to_pairs
from enishi.reports.core.formats import Format
from enishi.reports.core.periods import Against, Preset, Span, following, previous
from enishi.reports.models import FORMATS
from enishi.reports.values import Board
from enishi.strategy import shown as plan
from enishi.strategy.readings import today_in

PRESETS = (
    (Preset.PLAN, _("Its own days")),
    (Preset.DAYS_7, _("7 days")),
    (Preset.DAYS_28, _("28 days")),
    (Preset.DAYS_90, _("90 days")),
    (Preset.DAYS_365, _("1 year")),
    (Preset.THIS_MONTH, _("This month")),
    (Preset.LAST_WEEK, _("Last week")),
    (Preset.LAST_MONTH, _("Last month")),
    (Preset.LAST_QUARTER, _("Last quarter")),
)
AGAINST = (
    (Against.PREVIOUS, _("Previous period")),
    (Against.YEAR, _("Same days last year")),
    (Against.OWN, _("Own days")),
    (Against.NOTHING, _("Nothing")),
)
_TABS = {
    BoardKind.BOSS: "layout-dashboard",
    BoardKind.OPERATION: "users",
    BoardKind.MARKETING: "coin",
}
_FUNCTION_TABS = {
    BoardKind.SALES: "target",
    BoardKind.SERVICE: "message-circle",
    BoardKind.HR: "user-plus",
    BoardKind.PARTNERS: "building-store",
}


@require_GET
def boss(request: WorkspaceRequest) -> HttpResponse:
    """The overview; without a query, the view that the person opens reports with."""
    if not request.GET:
        chosen = saved.default(request.actor)
        if chosen is not None:
            return redirect(address_of(request.workspace.slug, chosen.asked))
    return _page(request, addresses.read(request.GET, BoardKind.BOSS))


@require_GET
def function(request: WorkspaceRequest, kind: str) -> HttpResponse:
    """The dashboard of a function: operation, or marketing."""
    return _page(request, addresses.read(request.GET, addresses.function_kind(kind)))


@require_GET
def channel(request: WorkspaceRequest, subject_id: UUID) -> HttpResponse:
    """The dashboard of a channel."""
    return _page(request, addresses.read(request.GET, BoardKind.CHANNEL, subject_id))


@require_GET
def objective(request: WorkspaceRequest, subject_id: UUID) -> HttpResponse:
    """The dashboard of an objective."""
    return _page(request, addresses.read(request.GET, BoardKind.OBJECTIVE, subject_id))


def _page(request: WorkspaceRequest, asked: Asked) -> HttpResponse:
    found = queries.board(request.actor, asked)
    context = _shown(request, found) | _choices(request, found)
    return render(request, "reports/board.html", context)


def _shown(request: WorkspaceRequest, found: Board) -> dict[str, Any]:
    return {
        "board": found,
        "asked": found.asked,
        "sections": shown.sections(found),
        "groups": shown.groups(found),
        "cards": [plan.card(row) for row in found.objectives],
        "objective": plan.card(found.objective.row) if found.objective else None,
        "period": shown.period(found.window),
        "compared": shown.period(found.before) if found.before else "",
        "explain_query": shown.explain_query(found.window, found.channel_ids),
        "remarks": list(enumerate(found.remarks, start=1)),
        "can_edit": request.actor.can(Permission.REPORTS_EDIT),
        "lengths_differ": found.before is not None and found.before.days != found.window.days,
    }


def _choices(request: WorkspaceRequest, found: Board) -> dict[str, Any]:
    """Everything that can be chosen on the page, with what is chosen now."""
    asked, slug = found.asked, request.workspace.slug
    channels = scopes.channels_of(request.actor)
    return {
        "presets": _presets(slug, asked),
        "against": [(one.value, label, one is asked.against) for one, label in AGAINST],
        "channels": channels,
        "chosen": {str(one) for one in asked.channel_ids},
        "groupings": scopes.groupings(),
        "schemes": scopes.sns_schemes(),
        "levels": [(one, scopes.level_name(one)) for one in scopes.LEVELS],
        "boards": _boards(request.actor, slug, asked, _TABS),
        "functions": _boards(request.actor, slug, asked, _FUNCTION_TABS),
        "objectives": queries.objective_choices(request.actor),
        "views": saved.views(request.actor),
        "formats": [(one, label, one == Format.PDF) for one, label in FORMATS],
        "whole_query": addresses.whole_query(asked),
        "here": address_of(slug, asked),
        "group_query": [pair for pair in to_pairs(asked) if pair[0] != "chart"],
        "bare": address_of(slug, asked, query=False),
        "steps": _steps(slug, found),
        "current_function": found.title if asked.kind in _FUNCTION_TABS else "",
        "kind": asked.kind.value,
    }


def _presets(slug: str, asked: Asked) -> list[tuple[str, object, bool]]:
    """Address, label, and whether it is the present one."""
    known = [
        (one, label)
        for one, label in PRESETS
        if one is not Preset.PLAN or asked.kind is BoardKind.OBJECTIVE
    ]
    return [
        (
            address_of(slug, replace(asked, preset=one, own=None)),
            label,
            asked.own is None and asked.preset is one,
        )
        for one, label in known
    ]


def _steps(slug: str, found: Board) -> list[tuple[str, object, str, str]]:
    """Earlier and later: address, label, icon, key."""
    asked, span = found.asked, Span(found.window.first, found.window.last)
    earlier, later = previous(span), following(span, today_in(found.window.zone))
    steps = [(earlier, _("Earlier"), "chevron-left", "[")]
    steps += [(later, _("Later"), "chevron-right", "]")] if later else []
    return [
        (address_of(slug, replace(asked, own=one)), label, icon, key)
        for one, label, icon, key in steps
    ]


def _boards(
    actor: Actor, slug: str, asked: Asked, icons: Mapping[BoardKind, str]
) -> list[tuple[str, str, str, bool]]:
    """Tabs: address, label, icon, whether it is the present one. Filters go along."""
    along = replace(asked, subject_id=None)
    if asked.preset is Preset.PLAN:
        along = replace(along, preset=Preset.DAYS_28, own=None)
    return [
        (
            address_of(slug, replace(along, kind=kind)),
            queries.board_name(kind),
            icon,
            kind is asked.kind,
        )
        for kind, icon in icons.items()
        if checking.sees(actor, kind)
    ]
