"""The tree, and one objective or tactic; adding, editing and moving what is in it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enishi.accounts.formkit import attempt
from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.kernel import money
from enishi.kernel.errors import EnishiError, InvalidInputError
from enishi.strategy import actions, cohorts, figures, queries, shown, texts
from enishi.strategy.core.capacity import Need
from enishi.strategy.core.nodes import Level
from enishi.strategy.forms import (
    NodeForm,
    NumberField,
    ObjectiveForm,
    form_class,
    initial_of,
    kpi_choices,
    scale_of,
)
from enishi.strategy.inputs import Details, Measure
from enishi.strategy.models import LINE_KINDS, RHYTHMS
from enishi.strategy.queries import alignment, resources, sorting, split, thinking
from enishi.strategy.queries.resources import plan_settings
from enishi.strategy.values import ObjectiveDetail
from enishi.strategy.views.common import done, rights

_NAMES = {
    Level.GOAL: gettext_lazy("Goal"),
    Level.STRATEGY: gettext_lazy("Strategy"),
    Level.OBJECTIVE: gettext_lazy("Objective"),
    Level.TACTIC: gettext_lazy("Tactic"),
}
_NEW = {
    Level.GOAL: gettext_lazy("New goal"),
    Level.STRATEGY: gettext_lazy("New strategy"),
    Level.OBJECTIVE: gettext_lazy("New objective"),
    Level.TACTIC: gettext_lazy("New tactic"),
}


# --- reading -------------------------------------------------------------------------------


@require_GET
def tree(request: WorkspaceRequest) -> HttpResponse:
    """The whole plan as an outline."""
    actor = request.actor
    goals = [shown.goal(one) for one in queries.tree(actor)]
    beside = sorting.beside(actor)
    context = {
        "goals": goals,
        "pillars": [
            (row, [one for one in goals if one.node.facets["pillar"] == row.key])
            for row in sorting.pillars(actor)
        ],
        "needs": resources.needs(actor),
        "currency": beside.currency,
        "review_ids": thinking.needs_review(actor),
        "last_use": beside.last_use,
        "last_deleted": beside.last_deleted,
        "tab": "plan",
    }
    return render(request, "strategy/tree.html", context | rights(request))


@require_GET
def strategy(request: WorkspaceRequest, node_id: UUID) -> HttpResponse:
    """A strategy: what, who, how, why, its approval, and what it rests on."""
    actor = request.actor
    row, goal = queries.strategy(actor, node_id)
    budget = [one for one in thinking.budgets(actor) if one.id == node_id]
    context = {
        "row": shown.strategy(row),
        "goal": goal,
        "approval": queries.approval(actor, node_id),
        "mixups": [texts.mixup(one.mixup) for one in split.mixups(actor) if one.id == node_id],
        "budget": budget[0] if budget else None,
        "need": resources.needs(actor).get(node_id, Need()),
        "currency": resources.plan_settings(actor).currency,
        "risks": thinking.risks(actor, strategy_id=node_id),
        "options": [one for one in thinking.options(actor) if one.strategy_id == node_id],
        "tab": "plan",
    }
    return render(request, "strategy/strategy.html", context | rights(request))


@require_POST
def approve(request: WorkspaceRequest, node_id: UUID) -> HttpResponse:
    """Approve a strategy, or make it a draft again."""
    back = reverse("strategy:strategy", args=[request.workspace.slug, node_id])
    if request.POST.get("do") == "withdraw":
        return done(request, partial(actions.withdraw_approval, request.actor, node_id), back)
    act = partial(actions.approve_strategy, request.actor, node_id)
    return done(request, act, back, said=_("Approved."))


@require_GET
def objective(request: WorkspaceRequest, node_id: UUID) -> HttpResponse:
    """How an objective paces, and what is done for it."""
    return render(request, "strategy/objective.html", _objective_context(request, node_id))


def _objective_context(request: WorkspaceRequest, node_id: UUID) -> dict[str, Any]:
    found = queries.objective(request.actor, node_id)
    return {
        "detail": found,
        "card": shown.card(found.row),
        "letters": shown.letters(found.check),
        "table": shown.pacing_table(found),
        "outlook": shown.outlook(found),
        "second_levels": [shown.second_level(one) for one in found.second_levels],
        "cohorts": figures.cohorts(cohorts.of_objective(request.actor, found)),
        "pack": [figures.pack(one) for one in sorting.pack(request.actor, node_id)],
        "kpi_choices": kpi_choices(),
        "pack_query": _explain_query(found),
        "review_ids": thinking.needs_review(request.actor),
        "tab": "plan",
    } | rights(request)


def _explain_query(found: ObjectiveDetail) -> str:
    """The window that the pack of an objective is shown over."""
    return shown.card(found.row).explain_query


@require_POST
def change_pack(request: WorkspaceRequest, node_id: UUID) -> HttpResponse:
    """Put a KPI into an objective's pack, or take it out."""
    back = reverse("strategy:objective", args=[request.workspace.slug, node_id])
    key, taken = request.POST.get("key", ""), request.POST.get("take", "")
    act = partial(
        actions.give_kpi, request.actor, objective_id=node_id, key=taken or key, on=not taken
    )
    return done(request, act, back)


@require_GET
def tactic(request: WorkspaceRequest, node_id: UUID) -> HttpResponse:
    """A tactic and the posts that carry it out."""
    found = queries.tactic(request.actor, node_id)
    above = queries.node(request.actor, Level.OBJECTIVE, found.objective_id)
    actor = request.actor
    context: dict[str, Any] = {
        "detail": found,
        "objective": above,
        "lines": resources.lines(actor, node_id),
        "need": resources.needs(actor).get(node_id, Need()),
        "currency": resources.plan_settings(actor).currency,
        "tasks": queries.tasks(actor, node_id),
        "booked": queries.booked(actor, node_id),
        "conversations": alignment.conversations(actor, node_id),
        "factors": queries.factors_of(actor, node_id),
        "line_kinds": LINE_KINDS,
        "rhythms": RHYTHMS,
        "tab": "plan",
    }
    if request.actor.can(Permission.STRATEGY_EDIT):
        context["linkable"] = queries.linkable_posts(request.actor, node_id)
    return render(request, "strategy/tactic.html", context | rights(request))


# --- adding and editing --------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def create(request: WorkspaceRequest, level: str) -> HttpResponse:
    """Add a node: by the form, or by its title alone from the outline (`quick`)."""
    request.actor.require(Permission.STRATEGY_EDIT)
    of, parent_id = _level(level), _optional(request.GET.get("parent", ""))
    if request.POST.get("quick"):
        return _create_quickly(request, of, parent_id)
    form = form_class(of)(request.POST or None, actor=request.actor)
    if form.is_valid():
        made = attempt(
            form,
            lambda: actions.create_node(
                request.actor,
                level=of,
                parent_id=parent_id,
                details=form.details(),
                measure=form.measure(),
                facets=form.facets(),
            ),
        )
        if made is not None:
            return redirect(_home_of(request, of, made.id))
    return _form_page(request, form, of, parent_id=parent_id)


def _create_quickly(
    request: WorkspaceRequest, level: Level, parent_id: UUID | None
) -> HttpResponse:
    title = request.POST.get("title", "")
    pillar = request.GET.get("pillar", "")
    try:
        made = actions.create_node(
            request.actor,
            level=level,
            parent_id=parent_id,
            details=Details(title),
            facets={"pillar": pillar} if pillar and level is Level.GOAL else {},
        )
        position = request.POST.get("position", "")
        if position.isdecimal():
            actions.move_node(request.actor, level=level, node_id=made.id, position=int(position))
    except EnishiError as error:
        messages.error(request, str(error))
        return redirect("strategy:tree", request.workspace.slug)
    return redirect(_in_tree(request, made.id))


@require_http_methods(["GET", "POST"])
def edit(request: WorkspaceRequest, level: str, node_id: UUID) -> HttpResponse:
    """Change a node."""
    request.actor.require(Permission.STRATEGY_EDIT)
    of = _level(level)
    form = _edit_form(request, of, node_id)
    if form.is_valid():
        changed = attempt(
            form,
            lambda: actions.update_node(
                request.actor,
                level=of,
                node_id=node_id,
                details=form.details(),
                measure=form.measure(),
                facets=form.facets(),
            ),
        )
        if changed is not None:
            messages.success(request, _("Saved."))
            return redirect(_home_of(request, of, node_id))
    return _form_page(request, form, of, node_id=node_id)


def _edit_form(request: WorkspaceRequest, level: Level, node_id: UUID) -> NodeForm:
    details = queries.details(request.actor, level, node_id)
    facets = _shown_facets(request, level, node_id)
    if level is not Level.OBJECTIVE:
        initial = initial_of(details) | facets
        return form_class(level)(request.POST or None, actor=request.actor, initial=initial)
    initial = initial_of(details, queries.measure(request.actor, node_id)) | facets
    given = request.POST or None
    return ObjectiveForm(given, actor=request.actor, objective_id=node_id, initial=initial)


def _shown_facets(request: WorkspaceRequest, level: Level, node_id: UUID) -> dict[str, Any]:
    """A node's facets as its form shows them: a budget in the currency, not in minor units."""
    found = queries.facets(request.actor, level, node_id)
    if found.get("budget") is not None:
        currency = plan_settings(request.actor).currency
        found["budget"] = money.shown(found["budget"], currency)
    return found


def _form_page(
    request: WorkspaceRequest,
    form: NodeForm,
    level: Level,
    *,
    node_id: UUID | None = None,
    parent_id: UUID | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "level": level,
        "level_name": _NAMES[level],
        "heading": _NAMES[level] if node_id else _NEW[level],
        "node_id": node_id,
        "parent_id": parent_id,
        "tab": "plan",
    }
    if level is Level.OBJECTIVE:
        context["letters"] = _letters(request, form, node_id, parent_id)
    return render(request, "strategy/node_form.html", context, status=400 if form.errors else 200)


@require_POST
def smart(request: WorkspaceRequest) -> HttpResponse:
    """The SMART check of a form while it is being filled in: asked as one types."""
    form = ObjectiveForm(request.POST, actor=request.actor)
    form.is_valid()
    node_id = _optional(request.GET.get("node", ""))
    letters = _letters(request, form, node_id, _optional(request.GET.get("parent", "")))
    return render(request, "strategy/_smart.html", {"letters": letters})


def _letters(
    request: WorkspaceRequest, form: NodeForm, node_id: UUID | None, parent_id: UUID | None
) -> shown.Letters:
    """What the check says about what is in the form, valid or not."""
    if form.is_bound:
        title, measure = str(form.data.get("title", "")), _as_far_as_valid(form)
    elif node_id is not None:
        title = queries.details(request.actor, Level.OBJECTIVE, node_id).title
        measure = queries.measure(request.actor, node_id)
    else:
        title, measure = "", Measure()
    above = parent_id or (queries.parent(request.actor, node_id) if node_id else None)
    check = queries.check_statement(request.actor, title=title, measure=measure, strategy_id=above)
    return shown.letters(check)


def _as_far_as_valid(form: NodeForm) -> Measure:
    """The measure in a form, with what cannot be used left open."""
    form.is_valid()
    empty: dict[str, Any] = {"metric": "", "relevance": "", "channels": [], "upstream": ""}
    names = ("baseline", "target", "start", "end", *empty)
    form.cleaned_data = {name: form.cleaned_data.get(name, empty.get(name)) for name in names}
    return form.measure() or Measure()


# --- order and end -------------------------------------------------------------------------


@require_POST
def outline(request: WorkspaceRequest, level: str, node_id: UUID) -> HttpResponse:
    """What the outline changes in place: a title, a target, a place below another parent.

    Scripts ask here and get 204, or 422 with what is wrong in words.
    """
    try:
        _change_in_place(request, _level(level), node_id)
    except EnishiError as error:
        return HttpResponse(str(error), status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)


def _change_in_place(request: WorkspaceRequest, level: Level, node_id: UUID) -> None:
    post, actor = request.POST, request.actor
    if "position" in post or "parent" in post:
        position = post.get("position", "")
        actions.move_node(
            actor,
            level=level,
            node_id=node_id,
            parent_id=_optional(post.get("parent", "")),
            position=int(position) if position.isdecimal() else None,
        )
        return
    details = queries.details(actor, level, node_id)
    if "title" in post:
        details = replace(details, title=post["title"])
    measure = queries.measure(actor, node_id) if level is Level.OBJECTIVE else None
    if measure is not None and "target" in post:
        target = _typed_number(post["target"])
        scale = scale_of(measure.metric)
        measure = replace(measure, target=None if target is None else target / scale)
    actions.update_node(actor, level=level, node_id=node_id, details=details, measure=measure)


def _typed_number(text: str) -> float | None:
    try:
        found: float | None = NumberField(required=False).clean(text)
    except ValidationError as error:
        raise InvalidInputError(_("This is not a number."), field="target") from error
    return found


@require_POST
def move(request: WorkspaceRequest, level: str, node_id: UUID) -> HttpResponse:
    """One place up or down, or to a place that is named."""
    of = _level(level)
    step = {"up": -1, "down": 1}.get(request.POST.get("direction", ""))
    if step is None:
        raise InvalidInputError(_("Move it up or down."), field="direction")
    place = max(0, queries.place_among(request.actor, of, node_id) + step)
    actions.move_node(request.actor, level=of, node_id=node_id, position=place)
    return redirect(_in_tree(request, node_id))


@require_POST
def delete(request: WorkspaceRequest, level: str, node_id: UUID) -> HttpResponse:
    """Delete a node without others below it; otherwise say why not."""
    of = _level(level)
    try:
        actions.delete_node(request.actor, level=of, node_id=node_id)
    except EnishiError as error:
        messages.error(request, str(error))
        return redirect(_in_tree(request, node_id))
    return redirect("strategy:tree", request.workspace.slug)


@require_POST
def link(request: WorkspaceRequest, node_id: UUID) -> HttpResponse:
    """Put a post on a tactic."""
    post_id = _required(request.POST.get("post", ""), "post")
    actions.link_post(request.actor, tactic_id=node_id, post_id=post_id)
    return redirect("strategy:tactic", request.workspace.slug, node_id)


@require_POST
def unlink(request: WorkspaceRequest, node_id: UUID) -> HttpResponse:
    """Take a post off a tactic."""
    post_id = _required(request.POST.get("post", ""), "post")
    actions.unlink_post(request.actor, tactic_id=node_id, post_id=post_id)
    return redirect("strategy:tactic", request.workspace.slug, node_id)


@require_POST
def conversation(request: WorkspaceRequest, conversation_id: UUID) -> HttpResponse:
    """Put a conversation on a tactic, or take it off."""
    removed, added = request.POST.get("remove", ""), request.POST.get("add", "")
    change = actions.unlink_conversation if removed else actions.link_conversation
    tactic_id = _required(removed or added, "tactic")
    act = partial(change, request.actor, tactic_id=tactic_id, conversation_id=conversation_id)
    back = reverse("inbox:conversation", args=[request.workspace.slug, conversation_id])
    return done(request, act, back)


# --- addresses -----------------------------------------------------------------------------


def _home_of(request: WorkspaceRequest, level: Level, node_id: UUID) -> str:
    """Where a node is looked at: objectives and tactics have a page, the others the tree."""
    if level is not Level.GOAL:
        return reverse(f"strategy:{level.value}", args=[request.workspace.slug, node_id])
    return _in_tree(request, node_id)


def _in_tree(request: WorkspaceRequest, node_id: UUID) -> str:
    return f"{reverse('strategy:tree', args=[request.workspace.slug])}#n-{node_id}"


def _level(text: str) -> Level:
    try:
        return Level(text)
    except ValueError as error:
        raise Http404 from error


def _optional(text: str) -> UUID | None:
    return _required(text, "parent") if text else None


def _required(text: str, field: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidInputError(_("This is not an identifier."), field=field) from error
