"""Background work: the mixed model once a day, and rules that may fire."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count

from enishi.accounts.permissions import Actor
from enishi.jobs.registry import periodic, task
from enishi.kernel import clock
from enishi.lenses import actions, computing
from enishi.lenses.core.approach import PlanState, TriggerState
from enishi.lenses.core.experiments import TrialState
from enishi.lenses.models import Assessment, Trial, Trigger
from enishi.publishing.core.states import DeliveryState
from enishi.publishing.models import Delivery

WORTHWHILE = 24
"""So many posts published from here: with fewer the model refuses."""


@task(computing.POWERS, attempts=3, apart=True)
def compute_powers(payload: dict[str, Any]) -> None:
    """Fit the mixed model of one workspace."""
    computing.compute(UUID(payload["workspace_id"]))


@periodic("lenses.stale_powers", every=timedelta(minutes=30))
def enqueue_stale(_payload: dict[str, Any]) -> None:
    """Look where a new day has made the model out of date, and there are posts to compare."""
    published = Delivery.objects.filter(state=DeliveryState.PUBLISHED.value)
    counted = published.values("workspace_id").annotate(posts=Count("post", distinct=True))
    workspaces = counted.filter(posts__gte=WORTHWHILE).values_list("workspace_id", flat=True)
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


@periodic("lenses.trials", every=timedelta(hours=1))
def look_at_trials(_payload: dict[str, Any]) -> None:
    """Make the looks of trials whose posts are in."""
    running = Trial.objects.filter(state=TrialState.RUNNING.value)
    for workspace_id, trial_id in running.values_list("workspace_id", "id"):
        actions.look_at_trial(Actor.system(workspace_id), trial_id)


@periodic("lenses.rechecks", every=timedelta(hours=1))
def ask_again(_payload: dict[str, Any]) -> None:
    """Tell people on its day that it is time to ask again whether social media is needed."""
    ahead = clock.now().date() + timedelta(days=1)
    rows = Assessment.objects.filter(told_at=None, recheck_on__lte=ahead)
    for row in rows.select_related("workspace"):
        if row.recheck_on <= clock.now().astimezone(ZoneInfo(row.workspace.time_zone)).date():
            actions.remind(row.id)
