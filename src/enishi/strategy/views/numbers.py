"""KPIs over a window, and what is behind each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enishi.accounts.formkit import attempt
from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.analytics.kpi import KPIS, Window
from enishi.analytics.metrics.definition import Pack
from enishi.strategy import actions, explaining, queries, shown
from enishi.strategy.forms import ThresholdsForm
from enishi.strategy.kpi_words import PACKS
from enishi.strategy.queries import alignment
from enishi.strategy.queries.resources import limits_of
from enishi.strategy.views.common import SPANS, asked_window, done, rights


@require_GET
def kpis(request: WorkspaceRequest) -> HttpResponse:
    """The KPIs of a pack over a window; each opens to its explanation."""
    first, last, channel_ids = asked_window(request.GET)
    pack = _pack(request.GET.get("pack", ""))
    window, rows = explaining.kpis(
        request.actor, first=first, last=last, channel_ids=channel_ids, pack=pack
    )
    context = {
        "kpis": [shown.kpi(row) for row in rows],
        "packs": [(one.value, label, one is pack) for one, label in PACKS.items()],
        "pack": pack.value,
        "window": window,
        "spans": _spans(window),
        "query": _query(window, channel_ids),
        "channels": queries.channels(request.actor),
        "chosen": {str(one) for one in channel_ids},
        "watched": alignment.watched(request.actor),
        "tab": "kpis",
    }
    return render(request, "strategy/kpis.html", context | rights(request))


@require_POST
def watch(request: WorkspaceRequest) -> HttpResponse:
    """Keep an eye on a KPI, or no longer."""
    key, on = request.POST.get("key", ""), request.POST.get("on") == "1"
    pack = KPIS[key].definition.pack.value if key in KPIS else ""
    back = f"{reverse('strategy:kpis', args=[request.workspace.slug])}?pack={pack}"
    return done(request, partial(actions.watch_kpi, request.actor, key, on=on), back)


@require_GET
def explain(request: WorkspaceRequest, key: str) -> HttpResponse:
    """A number taken apart: as a page, or as a part for the drawer."""
    first, last, channel_ids = asked_window(request.GET)
    found = explaining.explain(
        request.actor,
        key,
        first=first,
        last=last,
        channel_ids=channel_ids,
        before=request.GET.get("before", ""),
    )
    window = Window(found.first, found.last, found.zone)
    context = {
        "found": found,
        "facts": shown.explanation(found),
        "query": _query(window, channel_ids),
        "can_see_log": request.actor.can(Permission.LOG_VIEW),
        "is_drawer": bool(request.headers.get("HX-Request")),
        "tab": "kpis",
    }
    template = "strategy/_explain.html" if context["is_drawer"] else "strategy/explain.html"
    return render(request, template, context)


def _pack(text: str) -> Pack:
    return Pack(text) if text in set(Pack) else Pack.OPERATION


def _query(window: Window, channel_ids: Sequence[UUID]) -> str:
    pairs = [("first", window.first.isoformat()), ("last", window.last.isoformat())]
    return urlencode([*pairs, *(("channel", str(one)) for one in channel_ids)])


def _spans(window: Window) -> list[tuple[date, object, bool]]:
    """The usual windows up to the same day: first day, label, whether it is the present one."""
    return [
        (window.last - timedelta(days=days - 1), label, window.days == days)
        for days, label in SPANS
    ]


@require_http_methods(["GET", "POST"])
def thresholds(request: WorkspaceRequest) -> HttpResponse:
    """From where on something is flagged."""
    request.actor.require(Permission.STRATEGY_EDIT)
    form = ThresholdsForm(request.POST or None, kept=limits_of(request.actor.workspace_id))
    if form.is_valid():
        done = attempt(form, lambda: actions.set_thresholds(request.actor, form.cleaned_data))
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("strategy:kpis", request.workspace.slug)
    return render(request, "strategy/thresholds.html", {"form": form, "tab": "kpis"})
