"""The mixed model of a workspace's posts: computed by a worker, kept in a row."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

from enishi.accounts.models import Workspace
from enishi.analytics.kpi import Window
from enishi.analytics.powers import Sample, ask
from enishi.jobs import actions as jobs
from enishi.kernel import clock
from enishi.lenses import evidence
from enishi.lenses.models import PowerReading
from enishi.strategy.readings import Place

POWERS = "lenses.powers"
SPAN = timedelta(days=365)


def request(workspace_id: UUID) -> None:
    """Have the mixed model of a workspace computed by a worker soon."""
    key = str(workspace_id)
    jobs.enqueue(POWERS, {"workspace_id": key}, key=key, workspace_id=workspace_id)


def is_stale(workspace_id: UUID) -> bool:
    """Whether the model is missing, or older than the day."""
    place = _place(workspace_id)
    rows = PowerReading.objects.filter(workspace_id=workspace_id)
    kept = rows.values_list("revision", flat=True).first()
    return kept is None or kept.partition(":")[0] != place.today.isoformat()


def compute(workspace_id: UUID) -> None:
    """Fit the model to the year's posts and keep the answer, a refusal too."""
    place = _place(workspace_id)
    revision = _digest(place.today, place.revision)
    if PowerReading.objects.filter(workspace_id=workspace_id, revision=revision).exists():
        return
    window = Window(place.today - SPAN + timedelta(days=1), place.today, place.zone)
    posts = evidence.post_facts(place, (), window)
    answer = ask([Sample(one.channel_id, one.topic, one.engagements) for one in posts])
    PowerReading.objects.update_or_create(
        workspace_id=workspace_id,
        defaults={
            "computed_at": clock.now(),
            "revision": revision,
            "first": window.first,
            "last": window.last,
            "answer": asdict(answer),
        },
    )


def _place(workspace_id: UUID) -> Place:
    zone = Workspace.objects.values_list("time_zone", flat=True).get(id=workspace_id)
    return Place.of(workspace_id, zone)


def _digest(today: date, revision: str) -> str:
    return f"{today.isoformat()}:{sha256(revision.encode()).hexdigest()[:32]}"
