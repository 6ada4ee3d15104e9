"""Exports: asking for one, watching it being made, fetching the file."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enishi.accounts.requests import WorkspaceRequest
from enishi.reports import actions, addresses, files
from enishi.reports.core.formats import MEDIA_TYPES, Format


@require_http_methods(["GET", "POST"])
def index(request: WorkspaceRequest) -> HttpResponse:
    """The exports so far; POST asks for another of what the query tells."""
    if request.method == "POST":
        made = actions.request_export(
            request.actor,
            asked=addresses.read_all(request.GET),
            file_format=request.POST.get("format", ""),
            language=request.POST.get("language", "") or request.LANGUAGE_CODE[:2],
        )
        return redirect("reports:export", request.workspace.slug, made.id)
    context = {"exports": files.exports(request.actor), "kind": "exports"}
    return render(request, "reports/exports.html", context)


@require_GET
def one(request: WorkspaceRequest, export_id: UUID) -> HttpResponse:
    """One export; htmx asks again while it is being made."""
    context = {"export": files.export(request.actor, export_id), "kind": "exports"}
    template = (
        "reports/_export.html" if request.headers.get("HX-Request") else "reports/export.html"
    )
    return render(request, template, context)


@require_POST
def again(request: WorkspaceRequest, export_id: UUID) -> HttpResponse:
    """Try a failed one again."""
    actions.retry_export(request.actor, export_id)
    return redirect("reports:export", request.workspace.slug, export_id)


@require_GET
def download(request: WorkspaceRequest, export_id: UUID) -> HttpResponseBase:
    """The file."""
    path, name = files.file_of(request.actor, export_id)
    media_type = MEDIA_TYPES[Format(path.suffix[1:])]
    answer = FileResponse(
        path.open("rb"), as_attachment=True, filename=name, content_type=media_type
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
