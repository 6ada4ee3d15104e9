"""The log explorer: the list, one activity, and forgetting a person."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from enishi.accounts.requests import WorkspaceRequest
from enishi.activities import actions, labels, queries
from enishi.activities.forms import FilterForm

PAGE = 50


@require_GET
def index(request: WorkspaceRequest) -> HttpResponse:
    """The newest activities that match the filters; htmx gets the further rows only."""
    channels = labels.channel_names(request.workspace.pk)
    form = FilterForm(request.GET, channels=channels)
    filters = form.filters(request.workspace.time_zone)
    page = queries.page(request.actor, filters, before=request.GET.get("before", ""), limit=PAGE)
    context = {
        "form": form,
        "page": page,
        "channels": channels,
        "is_filtered": any(value for name, value in request.GET.items() if name != "before"),
        "next_query": _query(request, before=page.next),
        "is_continued": "before" in request.GET,
    }
    partial = bool(getattr(request, "htmx", False)) and "before" in request.GET
    return render(request, "activities/_rows.html" if partial else "activities/log.html", context)


def _query(request: HttpRequest, **changes: str) -> str:
    """The present filters as a query string, with changes."""
    kept = [(name, value) for name, values in request.GET.lists() for value in values if value]
    return urlencode([pair for pair in kept if pair[0] not in changes] + list(changes.items()))


@require_GET
def show(request: WorkspaceRequest, activity_id: UUID) -> HttpResponse:
    """One activity: readable, raw, and what belongs to it."""
    row = queries.activity(request.actor, activity_id)
    context: dict[str, Any] = {
        "row": row,
        "raw": json.dumps(row.document, ensure_ascii=False, indent=2),
        "related": queries.related(request.actor, row),
        "channels": labels.channel_names(request.workspace.pk),
    }
    return render(request, "activities/activity.html", context)


@require_POST
def erase(request: WorkspaceRequest) -> HttpResponse:
    """Forget the person named in the form."""
    count = actions.erase_person(request.actor, request.POST.get("actor_key", ""))
    messages.success(
        request,
        _("The person is erased from the log.")
        + " "
        + ngettext(
            "%(count)d activity was deleted at once; sealed files follow within minutes.",
            "%(count)d activities were deleted at once; sealed files follow within minutes.",
            count,
        )
        % {"count": count},
    )
    return redirect("activities:log", request.workspace.slug)
