"""What the hub does when workspaces come and go."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_migrate
from django.dispatch import receiver

from enishi.accounts.models import User, Workspace
from enishi.accounts.signals import workspace_created
from enishi.channels import local
from enishi.hub import provisioning
from enishi.hub.network import HubNetwork

local.provide("hub", HubNetwork())


@receiver(workspace_created, dispatch_uid="hub.found")
def found_hub(*, workspace: Workspace, user: User, **_more: Any) -> None:
    """Every workspace has a hub from its first moment."""
    provisioning.found(workspace, user_id=user.pk)


@receiver(post_migrate, dispatch_uid="hub.found_missing")
def found_missing(*, app_config: Any, **_more: Any) -> None:
    """Workspaces that are older than hubs get theirs."""
    if app_config.label == "hub":
        provisioning.found_missing()
