"""Pages of plans of approach and their rules."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enishi.accounts.formkit import attempt
from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.lenses import actions, queries
from enishi.lenses.core.stages import Condition
from enishi.lenses.forms import PlanForm, RuleForm
from enishi.lenses.models import APPROACHES
from enishi.lenses.queries.plans import find_plan
from enishi.lenses.views.asking import done


@require_GET
def index(request: WorkspaceRequest) -> HttpResponse:
    """All plans, each beside its like."""
    found = queries.plans(request.actor)
    names = dict(APPROACHES)
    groups = [
        (
            names[approach.value],
            rows,
            [
                (compared.key, [row.kpis[place] for row in rows])
                for place, compared in enumerate(rows[0].kpis)
            ],
        )
        for approach, rows in found.groups
    ]
    context = {"found": found, "groups": groups} | _rights(request)
    return render(request, "lenses/plans.html", context)


def _rights(request: WorkspaceRequest) -> dict[str, Any]:
    return {"tab": "plans", "can_edit": request.actor.can(Permission.STRATEGY_EDIT)}


@require_GET
def plan(request: WorkspaceRequest, plan_id: UUID) -> HttpResponse:
    """One plan with its report and its rules."""
    return render(request, "lenses/plan.html", _context(request, plan_id, RuleForm()))


def _context(request: WorkspaceRequest, plan_id: UUID, form: RuleForm) -> dict[str, Any]:
    found = queries.plan(request.actor, plan_id)
    return {
        "found": found,
        "row": found.plan.row,
        "cns_share": 100 - found.plan.row.sns_share,
        "rule_form": form,
    } | _rights(request)


@require_http_methods(["GET", "POST"])
def create(request: WorkspaceRequest) -> HttpResponse:
    """A new plan."""
    request.actor.require(Permission.STRATEGY_EDIT)
    form = PlanForm(request.POST or None, actor=request.actor)
    if form.is_valid():
        made = attempt(form, lambda: actions.create_plan(request.actor, form.given()))
        if made is not None:
            return redirect(reverse("lenses:plan", args=[request.workspace.slug, made.id]))
    return _form(request, form, _("New plan"))


@require_http_methods(["GET", "POST"])
def edit(request: WorkspaceRequest, plan_id: UUID) -> HttpResponse:
    """Change a plan."""
    request.actor.require(Permission.STRATEGY_EDIT)
    row = find_plan(request.actor, plan_id)
    form = PlanForm(request.POST or None, actor=request.actor, initial=PlanForm.of(row))
    if form.is_valid():
        made = attempt(form, lambda: actions.update_plan(request.actor, plan_id, form.given()))
        if made is not None:
            return redirect(reverse("lenses:plan", args=[request.workspace.slug, plan_id]))
    return _form(request, form, row.title)


def _form(request: WorkspaceRequest, form: PlanForm, heading: str) -> HttpResponse:
    context = {"form": form, "heading": heading} | _rights(request)
    return render(request, "lenses/plan_form.html", context)


@require_POST
def start(request: WorkspaceRequest, plan_id: UUID) -> HttpResponse:
    """Begin a plan."""
    return done(
        request,
        "plan",
        plan_id,
        act=lambda: actions.start_plan(request.actor, plan_id),
        said=_("The plan runs."),
    )


@require_POST
def close(request: WorkspaceRequest, plan_id: UUID) -> HttpResponse:
    """Put a plan away."""
    return done(
        request,
        "plans",
        act=lambda: actions.close_plan(request.actor, plan_id),
        said=_("The plan is closed."),
    )


@require_POST
def rule(request: WorkspaceRequest, plan_id: UUID) -> HttpResponse:
    """Add a rule with one or two conditions."""
    form = RuleForm(request.POST)
    if form.is_valid():
        conditions = [Condition(*pair) for pair in form.conditions()]
        made = attempt(
            form,
            lambda: actions.add_trigger(
                request.actor,
                plan_id,
                conditions=conditions,
                proposed=form.cleaned_data["proposed"],
            ),
        )
        if made is not None:
            return redirect(reverse("lenses:plan", args=[request.workspace.slug, plan_id]))
    return render(request, "lenses/plan.html", _context(request, plan_id, form))


@require_POST
def check(request: WorkspaceRequest) -> HttpResponse:
    """Let rules fire whose conditions hold now."""
    fired = actions.check_triggers(request.actor)
    said = ngettext("%d rule fired.", "%d rules fired.", len(fired)) % len(fired)
    return done(
        request,
        "plans",
        act=lambda: fired,
        said=said if fired else _("No rule fires now."),
    )


@require_POST
def decide(request: WorkspaceRequest, trigger_id: UUID) -> HttpResponse:
    """Accept or refuse a proposal."""
    given = request.POST
    accept = given.get("accept") == "yes"
    return done(
        request,
        "plan",
        given.get("plan", ""),
        act=lambda: actions.decide_trigger(
            request.actor, trigger_id, accept=accept, reason=given.get("reason", "")
        ),
        said=_("The mix has changed.") if accept else _("The proposal was refused."),
    )


@require_POST
def remove_rule(request: WorkspaceRequest, trigger_id: UUID) -> HttpResponse:
    """Take a rule away."""
    return done(
        request,
        "plan",
        request.POST.get("plan", ""),
        act=lambda: actions.remove_trigger(request.actor, trigger_id),
        said=_("The rule is gone."),
    )
