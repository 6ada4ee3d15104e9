"""What every page has to know of publishing, in one question: is there anything to tell."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists

from enishi.accounts.models import Workspace
from enishi.publishing import overdue, slot_queries
from enishi.publishing.models import Pause


@dataclass(frozen=True, slots=True)
class Signs:
    """Whether something is paused, was missed, or is still empty."""

    paused: bool = False
    missed: bool = False
    empty: bool = False


def signs(workspace_id: UUID) -> Signs:
    """What there is to tell in a workspace; whoever tells it reads the rest."""
    rows = Workspace.objects.filter(id=workspace_id).values_list(
        Exists(Pause.objects.filter(workspace_id=workspace_id)),
        Exists(overdue.asking(workspace_id)),
        Exists(slot_queries.unfilled(workspace_id)),
    )
    return next((Signs(*row) for row in rows), Signs())
