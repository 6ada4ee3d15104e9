"""REST: resources, hours, costs, and the monthly close."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from enishi.accounts.terminal import to_plain
from enishi.strategy import actions, plain
from enishi.strategy.months import month_of
from enishi.strategy.queries import resources, sheet, split

router = Router(tags=["Work and cost"])


class LineIn(Schema):
    """`amount` is minutes for hours, minor units for money and tools."""

    kind: str
    amount: int
    rhythm: str
    label: str = ""


class ResourceIn(Schema):
    kind: str
    name: str
    minutes_per_week: int = 0
    note: str = ""


class SettingsIn(Schema):
    currency: str
    hourly_rate: int | None = None


class WorkIn(Schema):
    day: date
    minutes: int
    tactic_id: UUID | None = None
    activity: str = ""
    scope: str | None = None


class TimerIn(Schema):
    tactic_id: UUID | None = None
    activity: str = ""
    scope: str = ""


class CostIn(Schema):
    day: date
    amount: int
    label: str
    kind: str = "other"
    tactic_id: UUID | None = None
    scope: str = ""


class ReasonIn(Schema):
    reason: str


class TagIn(Schema):
    kind: str
    id: UUID
    scope: str


class TaskIn(Schema):
    title: str
    tactic_id: UUID | None = None
    scope: str = ""
    due: date | None = None


@router.get("/resources", response=dict[str, Any])
def capacity(request: HttpRequest) -> Any:
    """What the plan needs each week against what there is, and which tactics to drop."""
    actor = request.actor  # type: ignore[attr-defined]
    found = resources.capacity(actor)
    return to_plain(found) | {
        "difference": found.difference,
        "nodes": {str(key): to_plain(need) for key, need in resources.needs(actor).items()},
        "inventory": [plain.resource(one) for one in resources.inventory(actor)],
    }


@router.post("/resources", response={201: dict[str, Any]})
def add_resource(request: HttpRequest, body: ResourceIn) -> Any:
    """Add a person, skill, capital, tool, supplier or partner to the inventory."""
    made = actions.save_resource(request.actor, **body.dict())  # type: ignore[attr-defined]
    return Status(201, plain.resource(made))


@router.delete("/resources/{resource_id}", response={204: None})
def delete_resource(request: HttpRequest, resource_id: UUID) -> Any:
    """Take something out of the inventory."""
    actions.delete_resource(request.actor, resource_id)  # type: ignore[attr-defined]
    return Status(204, None)


@router.post("/strategy/tactics/{tactic_id}/lines", response={201: dict[str, Any]})
def add_line(request: HttpRequest, tactic_id: UUID, body: LineIn) -> Any:
    """Say what a tactic needs: hours, money or a tool, weekly, monthly or once."""
    line = actions.add_line(request.actor, tactic_id=tactic_id, **body.dict())  # type: ignore[attr-defined]
    return Status(201, {"id": str(line.id), "tactic_id": str(tactic_id), **body.dict()})


@router.delete("/strategy/lines/{line_id}", response={204: None})
def remove_line(request: HttpRequest, line_id: UUID) -> Any:
    """Take a need off its tactic."""
    actions.remove_line(request.actor, line_id)  # type: ignore[attr-defined]
    return Status(204, None)


@router.put("/effort/settings", response=dict[str, Any])
def set_settings(request: HttpRequest, body: SettingsIn) -> Any:
    """Currency of the plan and the hourly rate in minor units (null: not counted)."""
    actions.set_plan_settings(request.actor, **body.dict())  # type: ignore[attr-defined]
    return body.dict()


@router.get("/effort/sheet", response=dict[str, Any])
def weekly_sheet(request: HttpRequest, day: date) -> Any:
    """One's own hours in the week around a day."""
    found = sheet.sheet(request.actor, day)  # type: ignore[attr-defined]
    return to_plain(found) | {"totals": found.totals, "total": found.total}


@router.put("/effort/hours", response=dict[str, Any])
def log_work(request: HttpRequest, body: WorkIn) -> Any:
    """Say how long one worked on something on a day; 0 minutes take it away."""
    entry = actions.log_work(request.actor, **body.dict())  # type: ignore[attr-defined]
    return {"id": str(entry.id) if entry else None, "minutes": body.minutes}


@router.post("/effort/timer", response={201: dict[str, Any]})
def start_timer(request: HttpRequest, body: TimerIn) -> Any:
    """Start one's timer; one that runs is stopped and booked first."""
    timer = actions.start_timer(request.actor, **body.dict())  # type: ignore[attr-defined]
    return Status(201, {"started_at": timer.started_at.isoformat()})


@router.delete("/effort/timer", response=dict[str, int])
def stop_timer(request: HttpRequest) -> Any:
    """Stop one's timer and book its minutes."""
    return {"minutes": actions.stop_timer(request.actor)}  # type: ignore[attr-defined]


@router.post("/effort/tasks", response={201: dict[str, Any]})
def add_task(request: HttpRequest, body: TaskIn) -> Any:
    """Add a task, below a tactic or by itself."""
    task = actions.add_task(request.actor, **body.dict())  # type: ignore[attr-defined]
    return Status(201, {"id": str(task.id), "title": task.title, "scope": task.scope})


@router.post("/effort/tasks/{task_id}/done", response=dict[str, Any])
def finish_task(request: HttpRequest, task_id: UUID) -> Any:
    """Mark a task done."""
    task = actions.finish_task(request.actor, task_id)  # type: ignore[attr-defined]
    return {"id": str(task.id), "done_at": to_plain(task.done_at)}


@router.get("/effort/costs", response=list[dict[str, Any]])
def costs(request: HttpRequest, month: str) -> Any:
    """The costs of a month (2026-04), in minor units."""
    return [plain.cost(one) for one in split.costs(request.actor, month_of(month))]  # type: ignore[attr-defined]


@router.post("/effort/costs", response={201: dict[str, Any]})
def add_cost(request: HttpRequest, body: CostIn) -> Any:
    """Enter money spent; `over_budget` tells that it waits for an approver."""
    made = actions.add_cost(request.actor, **body.dict())  # type: ignore[attr-defined]
    return Status(201, plain.cost(made))


@router.post("/effort/costs/{cost_id}/approve", response=dict[str, Any])
def approve_cost(request: HttpRequest, cost_id: UUID, body: ReasonIn) -> Any:
    """Approve what went beyond a budget."""
    return plain.cost(actions.approve_cost(request.actor, cost_id, reason=body.reason))  # type: ignore[attr-defined]


@router.delete("/effort/costs/{cost_id}", response={204: None})
def delete_cost(request: HttpRequest, cost_id: UUID) -> Any:
    """Take away a cost that was entered by mistake."""
    actions.delete_cost(request.actor, cost_id)  # type: ignore[attr-defined]
    return Status(204, None)


@router.post("/effort/tags", response={204: None})
def tag(request: HttpRequest, body: TagIn) -> Any:
    """Tag a tactic, task, hours or cost as operation or marketing."""
    actions.tag_item(request.actor, kind=body.kind, item_id=body.id, scope=body.scope)  # type: ignore[attr-defined]
    return Status(204, None)


@router.get("/effort/months/{month}", response=dict[str, Any])
def split_of_month(request: HttpRequest, month: str) -> Any:
    """Operation and marketing of a month in hours, money and one cost; what blocks its close."""
    actor, first = request.actor, month_of(month)  # type: ignore[attr-defined]
    return split.plain(split.month(actor, first)) | {
        "blocking": [to_plain(one) for one in split.blocking(actor, first)]
    }


@router.post("/effort/months/{month}/close", response=dict[str, Any])
def close(request: HttpRequest, month: str) -> Any:
    """Make a month final; 409 lists what has no tag or waits for approval."""
    return actions.close_month(request.actor, month_of(month)).totals  # type: ignore[attr-defined]


@router.delete("/effort/months/{month}/close", response={204: None})
def reopen(request: HttpRequest, month: str) -> Any:
    """Open a closed month again."""
    actions.reopen_month(request.actor, month_of(month))  # type: ignore[attr-defined]
    return Status(204, None)


@router.get("/effort/mixups", response=list[dict[str, Any]])
def mixups(request: HttpRequest) -> Any:
    """Strategies whose tag and KPIs do not go together, in words."""
    return [plain.mixup(one) for one in split.mixups(request.actor)]  # type: ignore[attr-defined]
