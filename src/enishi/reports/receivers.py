"""What reports do when something happens below them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from enishi.accounts.signals import workspace_deleted
from enishi.reports import making


@receiver(workspace_deleted)
def forget_files(*, workspace_id: UUID, **_signal: Any) -> None:
    """A workspace goes, and so do the files of its reports."""
    making.forget_workspace(workspace_id)
