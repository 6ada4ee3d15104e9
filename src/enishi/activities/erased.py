"""People who were erased: found again by a digest, so that they are not kept by name."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from uuid import UUID

from enishi.activities.events import NewActivity
from enishi.activities.models import Tombstone
from enishi.jobs.quickrows import Among, Prepared, as_uuid


def digest(workspace_id: UUID, actor_key: str) -> str:
    """What is kept of an erased person."""
    return blake2b(actor_key.encode(), key=workspace_id.bytes, digest_size=32).hexdigest()


_DIGESTS = Prepared(
    lambda: Tombstone.objects.filter(Among("workspace_id", "workspaces")).values_list(
        "workspace_id", "digest"
    )
)


def without_erased(
    activities: Mapping[UUID, NewActivity],
) -> tuple[dict[UUID, NewActivity], int]:
    """The activities whose actors were not erased, and how many were refused."""
    workspaces = {activity.workspace_id for activity in activities.values()}
    found = _DIGESTS.rows(workspaces=workspaces)
    digests = {(as_uuid(workspace), kept) for workspace, kept in found}
    if not digests:
        return dict(activities), 0
    allowed = {
        identifier: activity
        for identifier, activity in activities.items()
        if not activity.actor_key
        or (activity.workspace_id, digest(activity.workspace_id, activity.actor_key)) not in digests
    }
    return allowed, len(activities) - len(allowed)
