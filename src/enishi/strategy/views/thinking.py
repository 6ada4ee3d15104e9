"""Canvas, risks and options, the world outside, and alignment."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from enishi.accounts.requests import WorkspaceRequest
from enishi.strategy import actions, queries
from enishi.strategy.core.nodes import Level
from enishi.strategy.models import AREAS, LEVELS
from enishi.strategy.queries import alignment, resources, sorting, thinking
from enishi.strategy.views.common import (
    done,
    given_day,
    given_id,
    given_number,
    maybe_id,
    rights,
)


@require_GET
def canvas(request: WorkspaceRequest) -> HttpResponse:
    """The six boxes and the coverage matrix."""
    context = {"canvas": thinking.canvas(request.actor), "tab": "canvas"}
    return render(request, "strategy/canvas.html", context | rights(request))


@require_POST
def save_canvas(request: WorkspaceRequest) -> HttpResponse:
    """Write into one box."""
    back = reverse("strategy:canvas", args=[request.workspace.slug])
    box, text = request.POST.get("box", ""), request.POST.get("text", "")
    act = partial(actions.set_box, request.actor, box=box, text=text)
    return done(request, act, back, said=_("Saved."))


@require_GET
def coverage(request: WorkspaceRequest) -> HttpResponse:
    """The coverage matrix as a file for spreadsheets."""
    text = "\ufeff" + thinking.coverage_csv(request.actor)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="coverage.csv"'
    return answer


# --- risks and options ---------------------------------------------------------------------


@require_GET
def risks(request: WorkspaceRequest) -> HttpResponse:
    """The risk register, the log of options, and the budgets."""
    context = {
        "risks": thinking.risks(request.actor),
        "options": thinking.options(request.actor),
        "budgets": thinking.budgets(request.actor),
        "currency": resources.plan_settings(request.actor).currency,
        "strategies": queries.strategies(request.actor),
        "owners": queries.owners(request.actor),
        "levels": LEVELS,
        "tab": "risks",
    }
    return render(request, "strategy/risks.html", context | rights(request))


@require_POST
def change_risk(request: WorkspaceRequest) -> HttpResponse:
    """Enter, close or reopen a risk; note or decide an option."""
    back = reverse("strategy:risks", args=[request.workspace.slug])
    return done(request, partial(_change_risk, request), back)


def _change_risk(request: WorkspaceRequest) -> None:
    post, actor = request.POST, request.actor
    match post.get("do"):
        case "close":
            risk_id = given_id(post.get("risk", ""), "risk")
            actions.close_risk(actor, risk_id, evidence=post.get("evidence", ""))
        case "reopen":
            actions.reopen_risk(actor, given_id(post.get("risk", ""), "risk"))
        case "option":
            actions.add_option(
                actor,
                strategy_id=given_id(post.get("strategy", ""), "strategy"),
                title=post.get("title", ""),
                note=post.get("note", ""),
            )
        case "choose" | "reject" as step:
            option_id = given_id(post.get("option", ""), "option")
            chosen, reason = step == "choose", post.get("reason", "")
            actions.decide_option(actor, option_id, chosen=chosen, reason=reason)
        case _:
            actions.save_risk(
                actor,
                title=post.get("title", ""),
                probability=given_number(post.get("probability", ""), "probability"),
                impact=given_number(post.get("impact", ""), "impact"),
                strategy_id=maybe_id(post.get("strategy", ""), "strategy"),
                response=post.get("response", ""),
                owner_id=maybe_id(post.get("owner", ""), "owner"),
            )


# --- the world outside ---------------------------------------------------------------------


@require_GET
def factors(request: WorkspaceRequest) -> HttpResponse:
    """The PESTLE log."""
    context = {
        "factors": thinking.factors(request.actor),
        "areas": AREAS,
        "objectives": alignment.live_objectives(request.actor),
        "tactics": alignment.live_tactics(request.actor),
        "tab": "factors",
    }
    return render(request, "strategy/factors.html", context | rights(request))


@require_POST
def change_factor(request: WorkspaceRequest) -> HttpResponse:
    """Enter a factor, review what it touches, or delete it."""
    back = reverse("strategy:factors", args=[request.workspace.slug])
    return done(request, partial(_change_factor, request), back)


def _change_factor(request: WorkspaceRequest) -> None:
    post, actor = request.POST, request.actor
    match post.get("do"):
        case "review":
            link_id = given_id(post.get("link", ""), "link")
            actions.review_link(actor, link_id, finding=post.get("finding", ""))
        case "delete":
            actions.delete_factor(actor, given_id(post.get("factor", ""), "factor"))
        case _:
            effective = post.get("effective", "")
            actions.add_factor(
                actor,
                area=post.get("area", ""),
                title=post.get("title", ""),
                detail=post.get("detail", ""),
                effective=given_day(effective, "effective") if effective else None,
                source_url=post.get("source", ""),
                keywords=post.get("keywords", "").replace("、", ",").split(","),
                objective_ids=[given_id(one, "objective") for one in post.getlist("objectives")],
                tactic_ids=[given_id(one, "tactic") for one in post.getlist("tactics")],
            )


# --- alignment -----------------------------------------------------------------------------


@require_GET
def align(request: WorkspaceRequest) -> HttpResponse:
    """What has no path to a goal, with rates and lists."""
    text = request.GET.get("days", "")
    days = int(text) if text.isdecimal() and 0 < int(text) <= 3660 else None  # noqa: PLR2004 - ten years
    context = {
        "found": alignment.alignment(request.actor, days=days),
        "spans": [(one, one == days) for one in (28, 90, 365)],
        "tactics": alignment.live_tactics(request.actor),
        "objectives": alignment.live_objectives(request.actor),
        "mix": sorting.purposes(request.actor),
        "tab": "alignment",
    }
    return render(request, "strategy/alignment.html", context | rights(request))


@require_POST
def link(request: WorkspaceRequest) -> HttpResponse:
    """Link from the list: posts to a tactic, a KPI to an objective, a tactic elsewhere."""
    days = request.POST.get("days", "")
    query = f"?days={days}" if days.isdecimal() else ""
    back = reverse("strategy:alignment", args=[request.workspace.slug]) + query
    return done(request, partial(_link, request), back, said=_("Linked."))


def _link(request: WorkspaceRequest) -> None:
    post, actor = request.POST, request.actor
    if key := post.get("kpi"):
        objective_id = given_id(post.get("objective", ""), "objective")
        actions.give_kpi(actor, objective_id=objective_id, key=key)
    elif lost := post.get("lost"):
        actions.move_node(
            actor,
            level=Level.TACTIC,
            node_id=given_id(lost, "tactic"),
            parent_id=given_id(post.get("objective", ""), "objective"),
        )
    else:
        tactic_id = given_id(post.get("tactic", ""), "tactic")
        for text in post.getlist("posts"):
            actions.link_post(actor, tactic_id=tactic_id, post_id=given_id(text, "post"))
