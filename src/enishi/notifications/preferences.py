"""How people want their news: what they chose, else the default."""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

from enishi.notifications.core.kinds import DEFAULTS, Choice, Kind, Mail
from enishi.notifications.models import Preference

Chosen = Callable[[UUID, UUID, Kind], Choice]
"""(user, workspace, kind) → how they want it."""


def of_many(asked: Collection[tuple[UUID, Kind]]) -> Chosen:
    """The choices of everybody in some workspaces for some kinds, in one query."""
    rows = Preference.objects.filter(
        workspace_id__in={workspace for workspace, _kind in asked},
        kind__in={kind.value for _workspace, kind in asked},
    )
    found = {(row.user_id, row.workspace_id, row.kind): choice_of(row) for row in rows}

    def chosen(user_id: UUID, workspace_id: UUID, kind: Kind) -> Choice:
        return found.get((user_id, workspace_id, kind.value), DEFAULTS[kind])

    return chosen


def choice_of(row: Preference) -> Choice:
    """A stored choice as a value."""
    return Choice(in_app=row.in_app, mail=Mail(row.mail))
