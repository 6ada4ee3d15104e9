"""What the lenses tell people: rules that fired, trials that ended, questions to ask again."""

from __future__ import annotations

from uuid import UUID

from enishi.lenses.models import Assessment, Trial, Trigger
from enishi.notifications import audience
from enishi.notifications.actions import News, tell
from enishi.notifications.core.kinds import Kind

_EXCERPT = 120


def rule_fired(row: Trigger) -> None:
    """A rule proposes another mix: somebody has to accept or refuse it (R037)."""
    _tell(row.workspace_id, Kind.RULE_FIRED, row.id, row.plan.title, f"lenses/plans/{row.plan_id}/")


def recheck_due(row: Assessment) -> None:
    """The day has come to ask again whether social media is needed (R029)."""
    _tell(row.workspace_id, Kind.RECHECK_DUE, row.id, row.purpose, "lenses/decide/")


def trial_over(row: Trial) -> None:
    """A trial has a result, early by its rule or with all its posts (R053)."""
    _tell(row.workspace_id, Kind.TRIAL_OVER, row.id, row.title, f"lenses/experiments/{row.id}/")


def _tell(workspace_id: UUID, kind: Kind, cause: UUID, name: str, path: str) -> None:
    able = audience.members_with(audience.ABLE[kind], [workspace_id])
    news = News(
        workspace_id=workspace_id,
        kind=kind,
        cause=f"{kind}:{cause}",
        user_ids=able.get(workspace_id, frozenset()),
        path=path,
        parameters={"name": name[:_EXCERPT]},
    )
    tell([news])
