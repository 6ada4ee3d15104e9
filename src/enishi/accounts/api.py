"""REST: the workspace of the token, and its members."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from enishi.accounts import actions, queries
from enishi.accounts.models import Membership

router = Router(tags=["Workspace"])


class WorkspaceOut(Schema):
    id: UUID
    name: str
    slug: str
    language: str
    time_zone: str
    country: str
    missed_after_hours: int
    is_sample: bool


class WorkspaceIn(Schema):
    name: str
    language: str
    time_zone: str
    country: str = ""
    missed_after_hours: int | None = None


class MemberOut(Schema):
    id: UUID
    email: str
    name: str
    role: str
    functions: list[str]

    @classmethod
    def of(cls, membership: Membership) -> MemberOut:
        user = membership.user
        return cls(
            id=membership.pk,
            email=user.email,
            name=user.name,
            role=membership.role,
            functions=membership.functions,
        )


class InviteIn(Schema):
    email: str
    role: str
    name: str = ""
    functions: list[str] = Field(default_factory=list)


class InvitedOut(Schema):
    member: MemberOut
    link: str


class RoleIn(Schema):
    """A role, and the functions to be confined to; none leaves the whole company."""

    role: str
    functions: list[str] | None = None


@router.get("/workspace", response=WorkspaceOut)
def workspace(request: HttpRequest) -> Any:
    """The workspace that the token belongs to."""
    return queries.workspace(request.actor)  # type: ignore[attr-defined]


@router.put("/workspace", response=WorkspaceOut)
def update_workspace(request: HttpRequest, body: WorkspaceIn) -> Any:
    """Change name, language, zone and holiday country."""
    return actions.update_workspace(request.actor, **body.dict())  # type: ignore[attr-defined]


@router.get("/members", response=list[MemberOut])
def members(request: HttpRequest) -> Any:
    """Everybody in the workspace."""
    return [MemberOut.of(row) for row in queries.members(request.actor)]  # type: ignore[attr-defined]


@router.post("/members", response={201: InvitedOut})
def invite(request: HttpRequest, body: InviteIn) -> Any:
    """Add somebody; `link` signs them in once and is empty for those who have a password."""
    membership, link = actions.invite_member(request.actor, **body.dict())  # type: ignore[attr-defined]
    return Status(201, InvitedOut(member=MemberOut.of(membership), link=link))


@router.patch("/members/{membership_id}", response=MemberOut)
def change_role(request: HttpRequest, membership_id: UUID, body: RoleIn) -> Any:
    """Give a member another role; `functions` confine them to parts of the company."""
    return MemberOut.of(actions.change_role(request.actor, membership_id, **body.dict()))  # type: ignore[attr-defined]


@router.delete("/members/{membership_id}", response={204: None})
def remove_member(request: HttpRequest, membership_id: UUID) -> Any:
    """End a membership."""
    actions.remove_member(request.actor, membership_id)  # type: ignore[attr-defined]
    return Status(204, None)
