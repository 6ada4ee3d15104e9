"""Hours, costs, the month, and what there is to work with."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from enishi.accounts import queries as accounts
from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.kernel import money
from enishi.kernel.errors import EnishiError
from enishi.strategy import actions, months, texts
from enishi.strategy.core.scopes import Nested
from enishi.strategy.models import COST_KINDS, LINE_KINDS, RESOURCE_KINDS, RHYTHMS, SCOPES
from enishi.strategy.queries import alignment, resources, sheet, split
from enishi.strategy.readings import today_in
from enishi.strategy.views.common import (
    done,
    given_day,
    given_id,
    given_minutes,
    given_money,
    maybe_id,
    rights,
)

_WEEK = 7
_DAY = 24 * 60


def _today(request: WorkspaceRequest) -> date:
    return today_in(accounts.workspace(request.actor).time_zone)


# --- the weekly sheet ----------------------------------------------------------------------


@require_GET
def weekly(request: WorkspaceRequest) -> HttpResponse:
    """One's own week as a sheet."""
    return render(request, "strategy/sheet.html", _sheet_context(request))


def _sheet_context(request: WorkspaceRequest) -> dict[str, object]:
    text = request.GET.get("day") or request.POST.get("week", "")
    today = _today(request)
    found = sheet.sheet(request.actor, given_day(text) if text else today)
    return {
        "sheet": found,
        "rows": [
            (row, list(zip(found.days, row.minutes, found.closed, strict=True)))
            for row in found.rows
        ],
        "day_totals": list(zip(found.days, found.totals, strict=True)),
        "last_day": found.days[-1],
        "before": found.monday - timedelta(days=_WEEK),
        "after": found.monday + timedelta(days=_WEEK),
        "today": today,
        "tactics": resources.choices_for_work(request.actor),
        "scopes": SCOPES,
        "tab": "work",
        "sub": "sheet",
    } | rights(request)


@require_POST
def save_sheet(request: WorkspaceRequest) -> HttpResponse:
    """Save cells: one (by script, answered with the sheet) or the whole form."""
    problem = ""
    try:
        for name, text in request.POST.items():
            if name.startswith("c:"):
                _save_cell(request, name, str(text))
        _save_new_row(request)
    except EnishiError as error:
        problem = str(error)
    context = _sheet_context(request) | {"problem": problem}
    template = "_sheet_grid" if request.headers.get("HX-Request") else "sheet"
    return render(request, f"strategy/{template}.html", context)


def _save_cell(request: WorkspaceRequest, name: str, text: str) -> None:
    """`c:<day>:<tactic or empty>:<activity>` holds a time; unchanged cells cost nothing."""
    _mark, day, tactic, activity = name.split(":", 3)
    before = request.POST.get(f"b:{day}:{tactic}:{activity}")
    minutes = given_minutes(text, "minutes", most=_DAY)
    if before is not None and before == str(minutes):
        return
    actions.log_work(
        request.actor,
        day=given_day(day),
        minutes=minutes,
        tactic_id=maybe_id(tactic, "tactic"),
        activity=activity,
    )


def _save_new_row(request: WorkspaceRequest) -> None:
    """The last line of the sheet: a tactic or words, a day and a time."""
    text = request.POST.get("new_hours", "")
    if not text.strip():
        return
    tactic_id = maybe_id(request.POST.get("new_tactic", ""), "tactic")
    actions.log_work(
        request.actor,
        day=given_day(request.POST.get("new_day", "")),
        minutes=given_minutes(text, "minutes", most=_DAY),
        tactic_id=tactic_id,
        activity=request.POST.get("new_activity", ""),
        scope=None if tactic_id else request.POST.get("new_scope", ""),
    )


@require_POST
def timer(request: WorkspaceRequest) -> HttpResponse:
    """Start, stop or discard one's timer."""
    back = reverse("strategy:sheet", args=[request.workspace.slug])
    said = _("Booked.") if request.POST.get("do") == "stop" else ""
    return done(request, partial(_change_timer, request), back, said=said)


def _change_timer(request: WorkspaceRequest) -> None:
    post, actor = request.POST, request.actor
    match post.get("do"):
        case "stop":
            actions.stop_timer(actor)
        case "discard":
            actions.discard_timer(actor)
        case _:
            tactic_id = maybe_id(post.get("tactic", ""), "tactic")
            actions.start_timer(
                actor,
                tactic_id=tactic_id,
                activity=post.get("activity", ""),
                scope="" if tactic_id else post.get("scope", ""),
            )


# --- the month -----------------------------------------------------------------------------


@require_GET
def month(request: WorkspaceRequest) -> HttpResponse:
    """A month: operation within marketing, in hours and money, and what blocks its close."""
    first = _month(request)
    found = split.month(request.actor, first)
    context = {
        "month": found,
        "bars": _bars(found),
        "blocking": split.blocking(request.actor, first),
        "mixups": [(one, texts.mixup(one.mixup)) for one in split.mixups(request.actor)],
        "costs": split.costs(request.actor, first),
        "before": months.before(first),
        "after": months.after(first),
        "tactics": alignment.live_tactics(request.actor),
        "cost_kinds": COST_KINDS,
        "scopes": SCOPES,
        "today": _today(request),
        "currencies": sorted(money.EXPONENTS),
        "rate": "" if found.hourly_rate is None else money.major(found.hourly_rate, found.currency),
        "tab": "work",
        "sub": "month",
    }
    return render(request, "strategy/month.html", context | rights(request))


def _bars(found: split.Month) -> list[tuple[str, Nested, bool, bool]]:
    """Label, figures, whether it is time, whether it is money."""
    rows = [
        (_("Hours"), found.minutes, True, False),
        (_("Money"), found.money, False, True),
        (_("KPIs in use"), found.kpis, False, False),
        (_("Open tasks"), found.tasks, False, False),
    ]
    return rows + ([(_("One cost"), found.cost, False, True)] if found.cost else [])


def _month(request: WorkspaceRequest) -> date:
    text = request.GET.get("month") or request.POST.get("month", "")
    return months.month_of(text) if text else _today(request).replace(day=1)


def _month_page(request: WorkspaceRequest, first: date) -> str:
    return f"{reverse('strategy:month', args=[request.workspace.slug])}?month={first:%Y-%m}"


@require_POST
def change_month(request: WorkspaceRequest) -> HttpResponse:
    """Close or open a month, tag an item, or set the hourly rate."""
    first = _month(request)
    said = {"close": _("The month is closed."), "open": _("The month is open again.")}
    step = request.POST.get("do", "")
    act = partial(_change_month, request, step, first)
    return done(request, act, _month_page(request, first), said=said.get(step, ""))


def _change_month(request: WorkspaceRequest, step: str, first: date) -> None:
    match step:
        case "close":
            actions.close_month(request.actor, first)
        case "open":
            actions.reopen_month(request.actor, first)
        case "tag":
            _tag(request)
        case _:
            _set_rate(request)


def _tag(request: WorkspaceRequest) -> None:
    scope, found = request.POST.get("scope", ""), request.POST.get("item", "")
    kind, _colon, identifier = found.partition(":")
    item_id = given_id(identifier, "item")
    actions.tag_item(request.actor, kind=kind, item_id=item_id, scope=scope)


def _set_rate(request: WorkspaceRequest) -> None:
    currency, text = request.POST.get("currency", ""), request.POST.get("rate", "")
    rate = money.to_minor(text, currency) if text.strip() else None
    if text.strip() and rate is None:
        given_money(request, text, "rate")
    actions.set_plan_settings(request.actor, currency=currency, hourly_rate=rate)


@require_POST
def change_cost(request: WorkspaceRequest) -> HttpResponse:
    """Enter, approve or delete a cost."""
    return done(request, partial(_change_cost, request), _month_page(request, _month(request)))


def _change_cost(request: WorkspaceRequest) -> None:
    post = request.POST
    match post.get("do"):
        case "approve":
            cost_id = given_id(post.get("cost", ""), "cost")
            actions.approve_cost(request.actor, cost_id, reason=post.get("reason", ""))
        case "delete":
            actions.delete_cost(request.actor, given_id(post.get("cost", ""), "cost"))
        case _:
            actions.add_cost(
                request.actor,
                day=given_day(post.get("day", "")),
                amount=given_money(request, post.get("amount", "")),
                label=post.get("label", ""),
                kind=post.get("kind", "other"),
                tactic_id=maybe_id(post.get("tactic", ""), "tactic"),
                scope=post.get("scope", ""),
            )


# --- resources -----------------------------------------------------------------------------


@require_GET
def capacity(request: WorkspaceRequest) -> HttpResponse:
    """What the plan needs each week against what there is."""
    found = resources.capacity(request.actor)
    context = {
        "capacity": found,
        "most": max(found.needed, found.available, 1),
        "drop_ids": {one.id for one in found.drops},
        "inventory": resources.inventory(request.actor),
        "kinds": RESOURCE_KINDS,
        "tab": "resources",
    }
    return render(request, "strategy/resources.html", context | rights(request))


@require_POST
def change_resource(request: WorkspaceRequest) -> HttpResponse:
    """Add something to the inventory, or take it out."""
    back = reverse("strategy:resources", args=[request.workspace.slug])
    return done(request, partial(_change_resource, request), back)


def _change_resource(request: WorkspaceRequest) -> None:
    post = request.POST
    if post.get("do") == "delete":
        actions.delete_resource(request.actor, given_id(post.get("resource", ""), "resource"))
        return
    actions.save_resource(
        request.actor,
        kind=post.get("kind", ""),
        name=post.get("name", ""),
        minutes_per_week=given_minutes(post.get("hours", "")),
        note=post.get("note", ""),
        resource_id=maybe_id(post.get("resource", ""), "resource"),
    )


@require_POST
def change_tactic(request: WorkspaceRequest, node_id: str) -> HttpResponse:
    """What a tactic needs, and its tasks."""
    back = reverse("strategy:tactic", args=[request.workspace.slug, node_id])
    return done(request, partial(_change_tactic, request, str(node_id)), back)


def _change_tactic(request: WorkspaceRequest, node_id: str) -> None:
    post, tactic_id, actor = request.POST, given_id(node_id, "tactic"), request.actor
    match post.get("do"):
        case "line":
            kind = post.get("kind", "")
            text = post.get("amount", "")
            actions.add_line(
                actor,
                tactic_id=tactic_id,
                kind=kind,
                amount=given_minutes(text) if kind == "hours" else given_money(request, text),
                rhythm=post.get("rhythm", ""),
                label=post.get("label", ""),
            )
        case "unline":
            actions.remove_line(actor, given_id(post.get("line", ""), "line"))
        case "task":
            due = post.get("due", "")
            actions.add_task(
                actor,
                title=post.get("title", ""),
                tactic_id=tactic_id,
                due=given_day(due, "due") if due else None,
            )
        case "done" | "open" as step:
            task_id = given_id(post.get("task", ""), "task")
            actions.finish_task(actor, task_id, done=step == "done")
        case _:
            conversation_id = given_id(post.get("conversation", ""), "conversation")
            actions.unlink_conversation(actor, tactic_id=tactic_id, conversation_id=conversation_id)


def line_choices() -> dict[str, object]:
    """The choices of the form that adds a need."""
    return {"line_kinds": LINE_KINDS, "rhythms": RHYTHMS}


def may_log(request: WorkspaceRequest) -> bool:
    """Whether the person books hours."""
    return request.actor.can(Permission.WORK_LOG)
