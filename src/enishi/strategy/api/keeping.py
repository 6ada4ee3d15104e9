"""REST: versions, what was deleted, and the monthly review."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status

from enishi.accounts.terminal import to_plain
from enishi.strategy import actions, plain
from enishi.strategy.core.nodes import Level
from enishi.strategy.documents import document_of
from enishi.strategy.months import month_of
from enishi.strategy.queries import reviews, versions

router = Router(tags=["Strategy"])


class VersionIn(Schema):
    label: str = ""


class ReviewIn(Schema):
    month: str


class MinutesIn(Schema):
    text: str


@router.get("/strategy-versions", response=list[dict[str, Any]])
def list_versions(request: HttpRequest) -> Any:
    """The versions of the plan, the newest first."""
    return [plain.version(one.version) for one in versions.versions(request.actor)]  # type: ignore[attr-defined]


@router.post("/strategy-versions", response={201: dict[str, Any]})
def keep(request: HttpRequest, body: VersionIn) -> Any:
    """Keep the plan as it is now."""
    made = actions.keep_version(request.actor, label=body.label)  # type: ignore[attr-defined]
    return Status(201, plain.version(made))


@router.get("/strategy-versions/{version_id}/compare", response=dict[str, Any])
def compare(request: HttpRequest, version_id: UUID, other_id: UUID | None = None) -> Any:
    """A version against another one, or against the plan as it is now."""
    found = versions.compared(request.actor, version_id, other_id)  # type: ignore[attr-defined]
    return {
        "before": found.before.number,
        "after": found.after.number if found.after else None,
        "differences": to_plain(found.differences),
    }


@router.post("/strategy-versions/{version_id}/restore", response=dict[str, Any])
def restore(request: HttpRequest, version_id: UUID) -> Any:
    """Make the plan what it was; how it is now is kept as a version, which is answered."""
    return plain.version(actions.restore_version(request.actor, version_id))  # type: ignore[attr-defined]


@router.get("/strategy-deleted", response=list[dict[str, Any]])
def deleted(request: HttpRequest) -> Any:
    """What was deleted in the last 30 days."""
    found = versions.deleted(request.actor)  # type: ignore[attr-defined]
    return [{"id": str(one.id), "title": one.title, "at": to_plain(one.at)} for one in found]


@router.post("/strategy-deleted/{deleted_id}/restore", response=dict[str, Any])
def undelete(request: HttpRequest, deleted_id: UUID) -> Any:
    """Bring a deleted node back, with all it carried."""
    node = actions.undelete_node(request.actor, deleted_id)  # type: ignore[attr-defined]
    return document_of(Level(type(node).__name__.lower()), node)


@router.get("/strategy-programme", response=list[dict[str, Any]])
def programme(request: HttpRequest) -> Any:
    """Goal × KPI × owner × review date. A KPI without data for 7 days says since when."""
    return [plain.programme(one) for one in reviews.programme(request.actor)]  # type: ignore[attr-defined]


@router.get("/strategy-reviews", response=list[dict[str, Any]])
def list_reviews(request: HttpRequest) -> Any:
    """The monthly reviews, the latest first."""
    return [plain.review(one) for one in reviews.records(request.actor)]  # type: ignore[attr-defined]


@router.post("/strategy-reviews", response=dict[str, Any])
def draft(request: HttpRequest, body: ReviewIn) -> Any:
    """The review of a month (2026-04), drafted if it was not yet."""
    return plain.review(actions.draft_review(request.actor, month_of(body.month)))  # type: ignore[attr-defined]


@router.get("/strategy-reviews/{review_id}", response=dict[str, Any])
def review(request: HttpRequest, review_id: UUID) -> Any:
    """A review with its figures and all versions of its minutes."""
    return plain.review_detail(reviews.record_of(request.actor, review_id))  # type: ignore[attr-defined]


@router.post("/strategy-reviews/{review_id}/minutes", response={201: dict[str, Any]})
def write_minutes(request: HttpRequest, review_id: UUID, body: MinutesIn) -> Any:
    """Add a version of the minutes; earlier ones stay."""
    made = actions.write_minutes(request.actor, review_id, text=body.text)  # type: ignore[attr-defined]
    return Status(201, {"number": made.number, "text": made.text})
