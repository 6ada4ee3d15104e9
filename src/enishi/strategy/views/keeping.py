"""Versions, deletions, the programme and its monthly record, and the plan on one page."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from enishi.accounts import queries as accounts
from enishi.accounts.requests import WorkspaceRequest
from enishi.strategy import actions, figures, months, queries, shown
from enishi.strategy.queries import resources, reviews, sorting, thinking, versions
from enishi.strategy.readings import today_in
from enishi.strategy.views.common import done, given_id, maybe_id, rights


@require_GET
def history(request: WorkspaceRequest) -> HttpResponse:
    """The versions, two of them compared, and what was deleted."""
    rows = versions.versions(request.actor)
    before = maybe_id(request.GET.get("before", ""), "before")
    after = maybe_id(request.GET.get("after", ""), "after")
    found = versions.compared(request.actor, before, after) if before else None
    context = {
        "versions": rows,
        "found": found,
        "differences": [figures.difference(one) for one in found.differences] if found else [],
        "before_id": before,
        "after_id": after,
        "deleted": versions.deleted(request.actor),
        "tab": "versions",
    }
    return render(request, "strategy/versions.html", context | rights(request))


@require_POST
def change_history(request: WorkspaceRequest) -> HttpResponse:
    """Keep a version, go back to one, or bring a deleted node back."""
    post, actor = request.POST, request.actor
    slug = request.workspace.slug
    match post.get("do"):
        case "restore":
            version_id = given_id(post.get("version", ""), "version")
            act, said = partial(actions.restore_version, actor, version_id), _("Gone back.")
        case "undelete":
            deleted_id = given_id(post.get("deleted", ""), "deleted")
            act, said = partial(actions.undelete_node, actor, deleted_id), _("It is back.")
            return done(request, act, reverse("strategy:tree", args=[slug]), said=said)
        case _:
            label = post.get("label", "")
            act, said = partial(actions.keep_version, actor, label=label), _("Kept.")
    return done(request, act, reverse("strategy:versions", args=[slug]), said=said)


@require_GET
def programme(request: WorkspaceRequest) -> HttpResponse:
    """Goal × KPI × owner × review date, and the months."""
    today = today_in(accounts.workspace(request.actor).time_zone)
    context = {
        "rows": [figures.programme(one) for one in reviews.programme(request.actor)],
        "records": reviews.records(request.actor),
        "this_month": today.replace(day=1),
        "last_month": months.before(today.replace(day=1)),
        "tab": "reviews",
    }
    return render(request, "strategy/programme.html", context | rights(request))


@require_POST
def draft(request: WorkspaceRequest) -> HttpResponse:
    """Draft the review of a month."""
    first = months.month_of(request.POST.get("month", ""))
    act = partial(actions.draft_review, request.actor, first)
    return done(request, act, reverse("strategy:programme", args=[request.workspace.slug]))


@require_GET
def review(request: WorkspaceRequest, review_id: UUID) -> HttpResponse:
    """The record of one month."""
    found = reviews.record_of(request.actor, review_id)
    context = {
        "found": found,
        "figures": [figures.figure(row) for row in found.review.rows],
        "tab": "reviews",
    }
    return render(request, "strategy/review.html", context | rights(request))


@require_POST
def minutes(request: WorkspaceRequest, review_id: UUID) -> HttpResponse:
    """A new version of the minutes."""
    act = partial(
        actions.write_minutes, request.actor, review_id, text=request.POST.get("text", "")
    )
    back = reverse("strategy:review", args=[request.workspace.slug, review_id])
    return done(request, act, back, said=_("Saved as a new version."))


@require_GET
def one_page(request: WorkspaceRequest) -> HttpResponse:
    """The whole strategy on one page, to print or to keep as PDF."""
    context = {
        "goals": [shown.goal(one) for one in queries.tree(request.actor)],
        "pillars": sorting.pillars(request.actor),
        "mix": sorting.purposes(request.actor),
        "canvas": thinking.canvas(request.actor),
        "risks": [one for one in thinking.risks(request.actor) if not one.risk.closed_at][:5],
        "capacity": resources.capacity(request.actor),
        "needs": resources.needs(request.actor),
        "settings": resources.plan_settings(request.actor),
        "tab": "plan",
    }
    return render(request, "strategy/one_page.html", context | rights(request))
