"""Who is told: those who can do something about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from enishi.accounts.models import Membership
from enishi.accounts.permissions import ROLE_PERMISSIONS, Permission, Role
from enishi.notifications.core.kinds import Kind

ABLE: Mapping[Kind, Permission] = {
    Kind.DELIVERY_FAILED: Permission.POSTS_PUBLISH,
    Kind.DELIVERY_UNKNOWN: Permission.POSTS_PUBLISH,
    Kind.DELIVERY_MISSED: Permission.POSTS_PUBLISH,
    Kind.DELIVERY_HELD: Permission.POSTS_PUBLISH,
    Kind.SLOT_EMPTY: Permission.POSTS_EDIT,
    Kind.SLOT_MISSED: Permission.POSTS_EDIT,
    Kind.WEBHOOK_DISABLED: Permission.WEBHOOKS_MANAGE,
    Kind.CONVERSATION_ASSIGNED: Permission.INBOX_VIEW,
    Kind.RULE_FIRED: Permission.STRATEGY_EDIT,
    Kind.RECHECK_DUE: Permission.STRATEGY_EDIT,
    Kind.TRIAL_OVER: Permission.STRATEGY_EDIT,
}
"""Who can do something about it, besides its author."""


def members_with(
    permission: Permission, workspace_ids: Collection[UUID]
) -> Mapping[UUID, frozenset[UUID]]:
    """By workspace, the members whose role has a permission."""
    roles = [role.value for role in Role if permission in ROLE_PERMISSIONS[role]]
    rows = Membership.objects.filter(
        workspace_id__in=list(workspace_ids), role__in=roles, user__is_active=True
    )
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for workspace_id, user_id in rows.values_list("workspace_id", "user_id"):
        found[workspace_id].add(user_id)
    return {workspace_id: frozenset(users) for workspace_id, users in found.items()}


def members(workspace_ids: Collection[UUID]) -> frozenset[tuple[UUID, UUID]]:
    """The pairs of workspace and user that belong together."""
    rows = Membership.objects.filter(workspace_id__in=list(workspace_ids), user__is_active=True)
    return frozenset(rows.values_list("workspace_id", "user_id"))
