"""Saved views: the list, keeping one, and which one opens first."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enishi.accounts.formkit import attempt
from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.reports import actions, addresses, queries, saved
from enishi.reports.forms import ViewForm

_UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
def index(request: WorkspaceRequest) -> HttpResponse:
    """The saved views; POST keeps what the query asks for."""
    form = ViewForm(request.POST or None)
    asked = addresses.read_all(request.GET)
    if form.is_valid():
        made = attempt(
            form,
            lambda: actions.save_view(
                request.actor,
                name=form.cleaned_data["name"],
                asked=asked,
                is_shared=form.cleaned_data["is_shared"],
            ),
        )
        if made is not None:
            messages.success(request, _("Saved as “%(name)s”.") % {"name": made.name})
            return redirect(addresses.address_of(request.workspace.slug, asked))
    context: dict[str, Any] = {
        "form": form,
        "query": addresses.whole_query(asked) if request.GET else "",
        "title": queries.board_title(request.actor, asked),
        "views": _rows(request),
        "can_edit": request.actor.can(Permission.REPORTS_EDIT),
        "kind": "views",
    }
    status = _UNPROCESSABLE if form.errors else 200
    return render(request, "reports/views.html", context, status=status)


def _rows(request: WorkspaceRequest) -> list[tuple[saved.ViewRow, str]]:
    return [(one, queries.board_name(one.asked.kind)) for one in saved.views(request.actor)]


@require_http_methods(["GET", "POST"])
def edit(request: WorkspaceRequest, view_id: UUID) -> HttpResponse:
    """Rename a view, share it or no longer."""
    found = saved.view(request.actor, view_id)
    initial = {"name": found.name, "is_shared": found.is_shared}
    form = ViewForm(request.POST or None, initial=initial)
    if form.is_valid():
        made = attempt(
            form, lambda: actions.update_view(request.actor, view_id, **form.cleaned_data)
        )
        if made is not None:
            return redirect("reports:views", request.workspace.slug)
    context = {"form": form, "view": found, "kind": "views"}
    status = _UNPROCESSABLE if form.errors else 200
    return render(request, "reports/view.html", context, status=status)


@require_GET
def open_view(request: WorkspaceRequest, view_id: UUID) -> HttpResponse:
    """Go to the dashboard that a view keeps."""
    found = saved.view(request.actor, view_id)
    return redirect(addresses.address_of(request.workspace.slug, found.asked))


@require_POST
def delete(request: WorkspaceRequest, view_id: UUID) -> HttpResponse:
    actions.delete_view(request.actor, view_id)
    return redirect("reports:views", request.workspace.slug)


@require_POST
def choose(request: WorkspaceRequest, view_id: UUID) -> HttpResponse:
    """Have reports open with it."""
    actions.choose_default(request.actor, view_id)
    messages.success(request, _("Reports open with this view from now on."))
    return redirect("reports:views", request.workspace.slug)


@require_POST
def clear(request: WorkspaceRequest) -> HttpResponse:
    """Have reports open with the overview again."""
    actions.clear_default(request.actor)
    return redirect("reports:views", request.workspace.slug)
