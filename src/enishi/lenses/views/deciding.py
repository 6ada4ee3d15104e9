"""Pages that decide: SNS or CNS, how to divide the effort, whether at all."""

from __future__ import annotations

import csv
import io
import json
import math
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enishi.accounts.formkit import attempt
from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.lenses import actions, plain, queries, words
from enishi.lenses.core.deciding import Purpose
from enishi.lenses.forms import AssessmentForm
from enishi.lenses.models import PURPOSES
from enishi.lenses.views.asking import asked, done, toolbar

_HOURS = 10.0


@require_GET
def decide(request: WorkspaceRequest) -> HttpResponse:
    """Evidence for SNS and CNS, the division that follows, and the assessments."""
    wanted = asked(request.GET)
    named = request.GET.get("purpose", "")
    purpose = Purpose(named) if named in set(Purpose) else Purpose.AWARENESS
    hours = _number(request.GET.get("hours", ""), _HOURS)
    found = queries.evidence(request.actor, wanted, purpose=purpose, hours=hours)
    context = {
        "tab": "decide",
        "found": found,
        "purposes": PURPOSES,
        "purpose": purpose.value,
        "purpose_name": dict(PURPOSES)[purpose.value],
        "hours": hours,
        "least": found.least,
        "splits": queries.splits(request.actor, limit=8),
        "assessments": [
            (one, words.VERDICT_TONES[one.finding.verdict], _reasons(one))
            for one in queries.assessments(request.actor, limit=8)
        ],
    }
    kept = {"purpose": purpose.value, "hours": f"{hours:g}"}
    bar = toolbar(request, wanted, found.window, **kept)
    return render(request, "lenses/decide.html", context | bar)


def _reasons(row: queries.AssessmentRow) -> list[object]:
    """Why not: what speaks against it, and what is unsure."""
    return [words.AGAINST[one] for one in row.finding.against]


def _number(text: str, default: float) -> float:
    try:
        value = float(text)
    except ValueError:
        return default
    return value if math.isfinite(value) and value > 0 else default


@require_POST
def split(request: WorkspaceRequest) -> HttpResponse:
    """Decide how the hours are divided."""
    given = request.POST
    share = given.get("network", "").strip()
    return done(
        request,
        "decide",
        act=lambda: actions.divide_effort(
            request.actor,
            purpose=given.get("purpose", ""),
            hours=_number(given.get("hours", ""), 0.0),
            network=_number(share, 0.0) / 100 if share else None,
            reason=given.get("reason", ""),
        ),
        said=_("The division is kept."),
    )


@require_http_methods(["GET", "POST"])
def assess(request: WorkspaceRequest) -> HttpResponse:
    """Ask whether social media is needed at all."""
    request.actor.require(Permission.STRATEGY_EDIT)
    form = AssessmentForm(request.POST or None)
    if form.is_valid():
        made = attempt(form, lambda: actions.assess(request.actor, **form.given()))
        if made is not None:
            return redirect(reverse("lenses:decide", args=[request.workspace.slug]) + "#whether")
    return render(request, "lenses/assess.html", {"form": form, "tab": "decide"})


@require_GET
def export(request: WorkspaceRequest, assessment_id: UUID, form: str) -> HttpResponse:
    """An assessment as a file: `json`, `csv`, or `md` to paste into a report."""
    found = queries.assessment(request.actor, assessment_id)
    writers = {"json": _json, "csv": _csv, "md": _markdown}
    if form not in writers:
        raise Http404
    response = writers[form](plain.assessment(found))
    name = f"assessment-{found.at:%Y-%m-%d}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _json(found: dict[str, Any]) -> HttpResponse:
    text = json.dumps(found, ensure_ascii=False, indent=2)
    return HttpResponse(text, content_type="application/json; charset=utf-8")


def _csv(found: dict[str, Any]) -> HttpResponse:
    """With a byte order mark, so that spreadsheets read Japanese."""
    text = io.StringIO()
    writer = csv.writer(text)
    for name, value in found.items():
        writer.writerow([name, " / ".join(value) if isinstance(value, list) else value])
    return HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")


def _markdown(found: dict[str, Any]) -> HttpResponse:
    reasons = [f"- {reason}" for reason in (*found["reasons"], *found["unsure"])]
    lines = [
        f"# {found['verdict_name']}: {found['purpose']}",
        "",
        *reasons,
        "",
        f"{_('Points')}: {found['points']} / 14",
        f"{_('Ask again on')}: {found['recheck_on']}",
        f"{_('Assessed')}: {found['at']} {found['by']}",
        *(["", found["note"]] if found["note"] else []),
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/markdown; charset=utf-8")
