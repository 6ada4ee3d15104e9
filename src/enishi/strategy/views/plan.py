"""The tree, and one objective or tactic; adding, editing and moving what is in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enishi.accounts.formkit import attempt
from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.kernel.errors import EnishiError, InvalidInputError
from enishi.strategy import actions, queries, shown
from enishi.strategy.core.nodes import Level
from enishi.strategy.forms import NodeForm, ObjectiveForm, form_class, initial_of
from enishi.strategy.inputs import Details, Measure

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
    goals = queries.tree(request.actor)
    context = {"goals": [shown.goal(one) for one in goals], "tab": "plan"} | _rights(request)
    return render(request, "strategy/tree.html", context)


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
        "tab": "plan",
    } | _rights(request)


@require_GET
def tactic(request: WorkspaceRequest, node_id: UUID) -> HttpResponse:
    """A tactic and the posts that carry it out."""
    found = queries.tactic(request.actor, node_id)
    above = queries.node(request.actor, Level.OBJECTIVE, found.objective_id)
    context: dict[str, Any] = {"detail": found, "objective": above, "tab": "plan"}
    if request.actor.can(Permission.STRATEGY_EDIT):
        context["linkable"] = queries.linkable_posts(request.actor, node_id)
    return render(request, "strategy/tactic.html", context | _rights(request))


def _rights(request: WorkspaceRequest) -> dict[str, bool]:
    return {"can_edit": request.actor.can(Permission.STRATEGY_EDIT)}


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
            ),
        )
        if made is not None:
            return redirect(_home_of(request, of, made.id))
    return _form_page(request, form, of, parent_id=parent_id)


def _create_quickly(
    request: WorkspaceRequest, level: Level, parent_id: UUID | None
) -> HttpResponse:
    title = request.POST.get("title", "")
    try:
        made = actions.create_node(
            request.actor, level=level, parent_id=parent_id, details=Details(title)
        )
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
            ),
        )
        if changed is not None:
            messages.success(request, _("Saved."))
            return redirect(_home_of(request, of, node_id))
    return _form_page(request, form, of, node_id=node_id)


def _edit_form(request: WorkspaceRequest, level: Level, node_id: UUID) -> NodeForm:
    details = queries.details(request.actor, level, node_id)
    if level is not Level.OBJECTIVE:
        return NodeForm(request.POST or None, actor=request.actor, initial=initial_of(details))
    initial = initial_of(details, queries.measure(request.actor, node_id))
    given = request.POST or None
    return ObjectiveForm(given, actor=request.actor, objective_id=node_id, initial=initial)


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
    messages.success(request, _("Deleted."))
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


# --- addresses -----------------------------------------------------------------------------


def _home_of(request: WorkspaceRequest, level: Level, node_id: UUID) -> str:
    """Where a node is looked at: objectives and tactics have a page, the others the tree."""
    if level in (Level.OBJECTIVE, Level.TACTIC):
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
