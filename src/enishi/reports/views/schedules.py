"""Reports by e-mail: the list, one with its results, and its form."""

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
from enishi.kernel.errors import EnishiError
from enishi.reports import actions, addresses, mailings, queries
from enishi.reports.actions import Plan
from enishi.reports.forms import ScheduleForm

_UNPROCESSABLE = 422


@require_GET
def index(request: WorkspaceRequest) -> HttpResponse:
    """Every scheduled report."""
    context = {"schedules": mailings.schedules(request.actor)} | _rights(request)
    return render(request, "reports/schedules.html", context)


@require_GET
def one(request: WorkspaceRequest, schedule_id: UUID) -> HttpResponse:
    """One, with what was sent and what was not."""
    found, runs = mailings.schedule(request.actor, schedule_id)
    context = {
        "schedule": found,
        "runs": runs,
        "board": queries.board_name(found.asked.kind),
        "board_url": addresses.address_of(request.workspace.slug, found.asked),
    }
    return render(request, "reports/schedule.html", context | _rights(request))


@require_http_methods(["GET", "POST"])
def new(request: WorkspaceRequest) -> HttpResponse:
    """A new one of what the query asks for."""
    request.actor.require(Permission.REPORTS_EDIT)
    asked = addresses.read_all(request.GET)
    title = queries.board_title(request.actor, asked)
    form = ScheduleForm(request.POST or None, actor=request.actor, initial={"name": title})
    if form.is_valid():
        made = attempt(form, lambda: actions.create_schedule(request.actor, form.plan(asked)))
        if made is not None:
            return redirect("reports:schedule", request.workspace.slug, made.id)
    context = {"form": form, "title": title, "query": addresses.whole_query(asked)}
    return _form_page(request, form, context)


@require_http_methods(["GET", "POST"])
def edit(request: WorkspaceRequest, schedule_id: UUID) -> HttpResponse:
    """Change one."""
    request.actor.require(Permission.REPORTS_EDIT)
    plan = mailings.plan(request.actor, schedule_id)
    form = ScheduleForm(request.POST or None, actor=request.actor, initial=_initial(plan))
    if form.is_valid():
        made = attempt(
            form,
            lambda: actions.update_schedule(request.actor, schedule_id, form.plan(plan.asked)),
        )
        if made is not None:
            return redirect("reports:schedule", request.workspace.slug, schedule_id)
    title = queries.board_title(request.actor, plan.asked)
    return _form_page(request, form, {"form": form, "title": title, "schedule_id": schedule_id})


def _initial(plan: Plan) -> dict[str, Any]:
    return {
        "name": plan.name,
        "recipients": "\n".join(plan.recipients),
        "every": plan.every,
        "weekday": plan.weekday,
        "month_day": plan.month_day,
        "wall_time": plan.wall_time,
        "time_zone": plan.time_zone,
        "language": plan.language,
        "formats": list(plan.formats),
        "note": plan.note,
    }


def _form_page(
    request: WorkspaceRequest, form: ScheduleForm, context: dict[str, Any]
) -> HttpResponse:
    status = _UNPROCESSABLE if form.errors else 200
    context |= _rights(request)
    return render(request, "reports/schedule_form.html", context, status=status)


@require_POST
def pause(request: WorkspaceRequest, schedule_id: UUID) -> HttpResponse:
    actions.pause_schedule(request.actor, schedule_id)
    return redirect("reports:schedule", request.workspace.slug, schedule_id)


@require_POST
def resume(request: WorkspaceRequest, schedule_id: UUID) -> HttpResponse:
    actions.resume_schedule(request.actor, schedule_id)
    return redirect("reports:schedule", request.workspace.slug, schedule_id)


@require_POST
def test(request: WorkspaceRequest, schedule_id: UUID) -> HttpResponse:
    """Send it to oneself."""
    try:
        actions.send_test(request.actor, schedule_id)
    except EnishiError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("On its way to your own address."))
    return redirect("reports:schedule", request.workspace.slug, schedule_id)


@require_POST
def delete(request: WorkspaceRequest, schedule_id: UUID) -> HttpResponse:
    actions.delete_schedule(request.actor, schedule_id)
    return redirect("reports:schedules", request.workspace.slug)


@require_POST
def again(request: WorkspaceRequest, letter_id: UUID) -> HttpResponse:
    """Send a failed mail again."""
    sent = actions.retry_letter(request.actor, letter_id)
    return redirect("reports:schedule", request.workspace.slug, sent.run.schedule_id)


def _rights(request: WorkspaceRequest) -> dict[str, Any]:
    return {"can_edit": request.actor.can(Permission.REPORTS_EDIT), "kind": "schedules"}
