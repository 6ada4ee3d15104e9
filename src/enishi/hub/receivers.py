"""What the hub does when workspaces come and go."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from enishi.accounts.models import User, Workspace
from enishi.accounts.signals import workspace_created, workspace_deleted
from enishi.channels import local
from enishi.hub import leaving, provisioning
from enishi.hub.network import HubNetwork

local.provide("hub", HubNetwork())


@receiver(workspace_created, dispatch_uid="hub.found")
def found_hub(*, workspace: Workspace, user: User, **_more: Any) -> None:
    """Every workspace has a hub from its first moment."""
    provisioning.found(workspace, user_id=user.pk)


@receiver(workspace_deleted, dispatch_uid="hub.leave")
def leave(*, workspace_id: UUID, **_more: Any) -> None:
    """A workspace goes; its rows go with it, and these are its files."""
    leaving.forget_files(workspace_id)


def found_missing(**_signal: Any) -> None:
    """Workspaces that are older than hubs get theirs, once the tables are there."""
    provisioning.found_missing()


post_migrate.connect(
    found_missing, sender=apps.get_app_config("hub"), dispatch_uid="hub.found_missing"
)
