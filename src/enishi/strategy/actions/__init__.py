"""Every write to the plan. Surfaces call these; nothing else changes the rows."""

from __future__ import annotations

from enishi.strategy.actions.nodes import (
    create_node,
    delete_node,
    link_post,
    move_node,
    unlink_post,
    update_node,
)

__all__ = [
    "create_node",
    "delete_node",
    "link_post",
    "move_node",
    "unlink_post",
    "update_node",
]
