"""What the floors above may want to know of people and workspaces."""

from __future__ import annotations

from django.dispatch import Signal

administered = Signal()
"""Somebody changed who may do what. Arguments: actor, type (AS2), name (what), object_id."""

workspace_deleted = Signal()
"""A workspace is about to go, in the same transaction. Arguments: workspace_id."""

workspace_created = Signal()
"""A workspace was made, in the same transaction. Arguments: workspace, user (its owner)."""
