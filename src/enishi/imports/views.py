"""Pages: the list with its upload, one import in each of its states, the columns of a table."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from typing import Any, BinaryIO, Final, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor
from enishi.imports import actions, queries
from enishi.imports.actions import TableChoices
from enishi.imports.core.items import Kind
from enishi.imports.models import KINDS
from enishi.imports.queries import ImportDetail
from enishi.kernel.errors import EnishiError, InvalidInputError

_UNPROCESSABLE: Final = 422
_ENCODINGS: Final[list[tuple[str, object]]] = [
    ("utf-8", "UTF-8"),
    ("cp932", "Shift_JIS (CP932)"),
    ("utf-16", "UTF-16"),
    ("euc_jp", "EUC-JP"),
    ("latin-1", "Latin-1"),
]
_DELIMITERS: Final[list[tuple[str, object]]] = [
    (",", gettext_lazy("Comma")),
    ("\t", gettext_lazy("Tab")),
    (";", gettext_lazy("Semicolon")),
    ("|", gettext_lazy("Vertical bar")),
]
_ORDERS: Final[list[tuple[str, object]]] = [
    ("ymd", gettext_lazy("Year, month, day")),
    ("mdy", gettext_lazy("Month, day, year")),
    ("dmy", gettext_lazy("Day, month, year")),
]


class ImportRequest(HttpRequest):
    """A request below `/w/<workspace>/`: the middleware filled these in."""

    workspace: Workspace
    actor: Actor


@require_http_methods(["GET", "POST"])
def imports(request: ImportRequest) -> HttpResponse:
    """The imports so far, and uploading another file."""
    refusal = ""
    if request.method == "POST":
        try:
            job = _upload(request)
        except InvalidInputError as error:
            refusal = str(error)
        else:
            return redirect("imports:import", request.workspace.slug, job)
    context = {
        "imports": queries.imports(request.actor),
        "channels": queries.channels(request.actor),
        "channel_id": request.POST.get("channel", ""),
        "refusal": refusal,
    }
    status = _UNPROCESSABLE if refusal else 200
    return render(request, "imports/imports.html", context, status=status)


def _upload(request: ImportRequest) -> UUID:
    file = request.FILES.get("file")
    if file is None:
        raise InvalidInputError(_("Choose a file first."), field="file")
    job = actions.upload_import(
        request.actor,
        name=file.name or "",
        content=cast("BinaryIO", file.file),
        channel_id=_identifier(request.POST.get("channel", "")),
    )
    return job.pk


def _identifier(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise InvalidInputError(_("There is no such channel."), field="channel") from error


@require_GET
def one_import(request: ImportRequest, job_id: UUID) -> HttpResponse:
    """One import; htmx asks for its body again while work goes on."""
    return _import_page(request, job_id)


def _import_page(request: ImportRequest, job_id: UUID, refusal: str = "") -> HttpResponse:
    found = queries.detail(request.actor, job_id)
    is_partial = bool(getattr(request, "htmx", False)) and not refusal
    template = "imports/_import.html" if is_partial else "imports/import.html"
    context = {"found": found, "refusal": refusal}
    return render(request, template, context, status=_UNPROCESSABLE if refusal else 200)


@require_POST
def confirm(request: ImportRequest, job_id: UUID) -> HttpResponse:
    try:
        actions.confirm_import(
            request.actor, job_id, only_good=request.POST.get("only_good") == "1"
        )
    except InvalidInputError as error:
        return _import_page(request, job_id, str(error))
    return redirect("imports:import", request.workspace.slug, job_id)


@require_POST
def cancel(request: ImportRequest, job_id: UUID) -> HttpResponse:
    actions.cancel_import(request.actor, job_id)
    return redirect("imports:import", request.workspace.slug, job_id)


@require_http_methods(["GET", "POST"])
def mapping(request: ImportRequest, job_id: UUID) -> HttpResponse:
    """How a table is written and which column holds what."""
    refusal = ""
    if request.method == "POST":
        try:
            _set_mapping(request, job_id)
        except EnishiError as error:
            refusal = str(error)
        else:
            page = "imports:mapping" if "reread" in request.POST else "imports:import"
            return redirect(page, request.workspace.slug, job_id)
    found = queries.detail(request.actor, job_id)
    if not found.is_table or found.summary.is_over:
        return redirect("imports:import", request.workspace.slug, job_id)
    context = {"found": found, "choices": _choices(found), "refusal": refusal}
    status = _UNPROCESSABLE if refusal else 200
    return render(request, "imports/mapping.html", context, status=status)


def _set_mapping(request: ImportRequest, job_id: UUID) -> None:
    """Another way of reading brings other columns: what was chosen for the old is dropped."""
    form = request.POST
    choices = TableChoices(
        kind=form.get("kind", ""),
        encoding=form.get("encoding", ""),
        delimiter=form.get("delimiter", ""),
        date_order=form.get("date_order", ""),
    )
    fields = {
        name.removeprefix("field-"): str(header)
        for name, header in form.items()
        if name.startswith("field-")
    }
    actions.set_mapping(
        request.actor, job_id, fields=None if "reread" in form else fields, choices=choices
    )


def _choices(found: ImportDetail) -> list[Mapping[str, Any]]:
    kinds = [(value, label) for value, label in KINDS if Kind(value).is_table]
    rows = (
        ("kind", _("What it lists"), kinds, found.summary.kind),
        ("encoding", _("Encoding"), _ENCODINGS, found.encoding),
        ("delimiter", _("Separator"), _DELIMITERS, found.delimiter),
        ("date_order", _("Order in dates such as 03/04/2026"), _ORDERS, found.date_order),
    )
    return [
        {"name": name, "label": label, "options": options, "chosen": chosen}
        for name, label, options, chosen in rows
    ]


@require_GET
def problems(request: ImportRequest, job_id: UUID) -> HttpResponse:
    """The rows with problems as a table, for whoever corrects the file."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="problems.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([_("Row"), _("Field"), _("Problem"), _("What to do")])
    for problem in queries.problems(request.actor, job_id):
        cells = (problem.field, problem.message, problem.remedy)
        writer.writerow([problem.row, *(_harmless(cell) for cell in cells)])
    return response


def _harmless(cell: str) -> str:
    """Spreadsheets run what begins like a formula; the file's own words may."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
