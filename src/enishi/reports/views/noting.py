"""Annotations: the list, adding, editing, deleting with a way back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from enishi.accounts.formkit import attempt
from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.reports import actions, remarks
from enishi.reports.forms import AnnotationForm
from enishi.strategy.queries import place_of
from enishi.strategy.texts import kpi_name

_UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
def index(request: WorkspaceRequest) -> HttpResponse:
    """All annotations, and the form for another."""
    given = request.POST or None
    initial = {"day": request.GET.get("day") or place_of(request.actor).today}
    form = AnnotationForm(given, actor=request.actor, initial=initial)
    if form.is_valid():
        made = attempt(form, lambda: actions.annotate(request.actor, **form.values()))
        if made is not None:
            messages.success(request, _("Noted: it stands in the charts now."))
            return redirect("reports:annotations", request.workspace.slug)
    found = [
        (one, kpi_name(one.metric) if one.metric else "") for one in remarks.every(request.actor)
    ]
    context = {"found": found, "form": form} | _rights(request)
    status = _UNPROCESSABLE if form.errors else 200
    return render(request, "reports/annotations.html", context, status=status)


@require_http_methods(["GET", "POST"])
def edit(request: WorkspaceRequest, annotation_id: UUID) -> HttpResponse:
    """Write one anew."""
    request.actor.require(Permission.REPORTS_EDIT)
    found = remarks.annotation(request.actor, annotation_id)
    initial = {
        "day": found.day,
        "text": found.text,
        "channel": str(found.channel_id or ""),
        "metric": found.metric,
    }
    form = AnnotationForm(request.POST or None, actor=request.actor, initial=initial)
    if form.is_valid():
        made = attempt(
            form,
            lambda: actions.update_annotation(request.actor, annotation_id, **form.values()),
        )
        if made is not None:
            return redirect("reports:annotations", request.workspace.slug)
    context = {"found": found, "form": form} | _rights(request)
    status = _UNPROCESSABLE if form.errors else 200
    return render(request, "reports/annotation.html", context, status=status)


@require_POST
def delete(request: WorkspaceRequest, annotation_id: UUID) -> HttpResponse:
    """Delete one; the message offers to bring it back."""
    gone = actions.delete_annotation(request.actor, annotation_id)
    messages.info(request, _("Deleted: “%(text)s”") % {"text": gone.text})
    request.session["undo_annotation"] = str(gone.id)
    return redirect("reports:annotations", request.workspace.slug)


@require_POST
def restore(request: WorkspaceRequest, annotation_id: UUID) -> HttpResponse:
    """Bring a deleted one back."""
    actions.restore_annotation(request.actor, annotation_id)
    messages.success(request, _("It is back."))
    return redirect("reports:annotations", request.workspace.slug)


def _rights(request: WorkspaceRequest) -> dict[str, Any]:
    undo = request.session.pop("undo_annotation", "")
    return {
        "can_edit": request.actor.can(Permission.REPORTS_EDIT),
        "undo": undo,
        "kind": "annotations",
    }
