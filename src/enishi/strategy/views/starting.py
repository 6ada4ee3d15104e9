"""Templates to begin with, and why a pillar was not chosen."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.strategy import actions, plain
from enishi.strategy.starters import all_starters, starter
from enishi.strategy.views.common import done, given_id, rights


@require_GET
def picker(request: WorkspaceRequest) -> HttpResponse:
    """All templates, and what the chosen one would make."""
    request.actor.require(Permission.STRATEGY_VIEW)
    found = all_starters()
    chosen = starter(request.GET["key"]) if request.GET.get("key") else found[0]
    context = {
        "groups": [
            (_("By business purpose"), [one for one in found if one.group == "purpose"]),
            (_("By goal"), [one for one in found if one.group == "goal"]),
        ],
        "chosen": chosen,
        "kpis": [plain.kpi_definition(key) for key in chosen.kpis],
        "tab": "plan",
    }
    return render(request, "strategy/starters.html", context | rights(request))


@require_POST
def create(request: WorkspaceRequest, key: str) -> HttpResponse:
    """Make a template's whole branch."""
    return done(
        request,
        partial(actions.create_from_starter, request.actor, key=key),
        reverse("strategy:tree", args=[request.workspace.slug]),
    )


@require_POST
def undo(request: WorkspaceRequest) -> HttpResponse:
    """Take back what a template made."""
    use_id = given_id(request.POST.get("use", ""), "use")
    return done(
        request,
        partial(actions.undo_starter, request.actor, use_id),
        reverse("strategy:tree", args=[request.workspace.slug]),
        said=_("The template was taken back."),
    )


@require_POST
def pillar(request: WorkspaceRequest, key: str) -> HttpResponse:
    """Why a pillar was not chosen."""
    return done(
        request,
        partial(
            actions.set_pillar_reason,
            request.actor,
            pillar=key,
            reason=request.POST.get("reason", ""),
        ),
        reverse("strategy:tree", args=[request.workspace.slug]),
        said=_("Saved."),
    )
