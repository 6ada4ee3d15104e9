"""Writing to the log. Call these inside the transaction of the change that they tell about."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from enishi.activities import erased, rows, sealed, signals
from enishi.activities.events import Direction, NewActivity, NewObservation, Recorded
from enishi.analytics.schema import Kind
from enishi.kernel import clock

__all__ = ["Direction", "NewActivity", "NewObservation", "Recorded", "observe", "record"]


@transaction.atomic
def record(activities: Iterable[NewActivity]) -> Recorded:
    """Append activities to the log; what is already there is left alone.

    1. Several with one natural key count once.
    2. People who were erased are not recorded again.
    3. What is old enough to be sealed is looked for in the sealed files.
    4. The rest is inserted; the database refuses what it already holds.
    """
    given = list(activities)
    unique = {activity.id: activity for activity in given}
    allowed, refused = erased.without_erased(unique)
    workspaces = {activity.workspace_id for activity in given}
    fresh = sealed.without_sealed(allowed, kind=Kind.ACTIVITY, workspaces=workspaces)
    inserted = rows.insert_activities(fresh, recorded_at=clock.now())
    if inserted:
        told = [activity for identifier, activity in fresh.items() if identifier in inserted]
        signals.recorded.send(NewActivity, activities=told)
    return Recorded(
        new=[identifier for identifier in fresh if identifier in inserted],
        known=len(given) - len(inserted) - refused,
        erased=refused,
    )


@transaction.atomic
def observe(observations: Iterable[NewObservation]) -> int:
    """Append metric values; returns how many were new."""
    unique = {observation.id: observation for observation in observations}
    workspaces = {observation.workspace_id for observation in unique.values()}
    fresh = sealed.without_sealed(unique, kind=Kind.OBSERVATION, workspaces=workspaces)
    return len(rows.insert_observations(fresh, recorded_at=clock.now()))
