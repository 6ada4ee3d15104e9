"""Background work: the mixed model once a day, and rules that may fire."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from enishi.accounts.permissions import Actor
from enishi.channels.models import Channel
from enishi.jobs.registry import periodic, task
from enishi.lenses import actions, computing
from enishi.lenses.core.approach import PlanState, TriggerState
from enishi.lenses.models import Trigger


@task(computing.POWERS, attempts=3)
def compute_powers(payload: dict[str, Any]) -> None:
    """Fit the mixed model of one workspace."""
    computing.compute(UUID(payload["workspace_id"]))


@periodic("lenses.stale_powers", every=timedelta(minutes=30))
def enqueue_stale(_payload: dict[str, Any]) -> None:
    """Look where a new day has made the model out of date."""
    workspaces = Channel.objects.connected().values_list("workspace_id", flat=True).distinct()
    for workspace_id in workspaces:
        if computing.is_stale(workspace_id):
            computing.request(workspace_id)


@periodic("lenses.triggers", every=timedelta(hours=1))
def look_at_triggers(_payload: dict[str, Any]) -> None:
    """Let rules fire whose conditions hold."""
    waiting = Trigger.objects.filter(
        state=TriggerState.WAITING.value, plan__state=PlanState.RUNNING.value
    )
    for workspace_id in waiting.values_list("workspace_id", flat=True).distinct():
        actions.check_triggers(Actor.system(workspace_id))
