"""Every write to the plan. Surfaces call these; nothing else changes the rows."""

from __future__ import annotations

from enishi.strategy.actions.approving import approve_strategy, withdraw_approval
from enishi.strategy.actions.closing import (
    add_cost,
    approve_cost,
    close_month,
    delete_cost,
    reopen_month,
    tag_item,
)
from enishi.strategy.actions.keeping import keep_version, restore_version, undelete_node
from enishi.strategy.actions.linking import (
    give_kpi,
    link_conversation,
    unlink_conversation,
    watch_kpi,
)
from enishi.strategy.actions.nodes import (
    create_node,
    delete_node,
    link_post,
    move_node,
    unlink_post,
    update_node,
)
from enishi.strategy.actions.resourcing import (
    add_line,
    delete_resource,
    remove_line,
    save_resource,
    set_plan_settings,
    set_thresholds,
)
from enishi.strategy.actions.reviewing import (
    draft_due_reviews,
    draft_review,
    write_minutes,
)
from enishi.strategy.actions.starting import create_from_starter, set_pillar_reason, undo_starter
from enishi.strategy.actions.thinking import (
    add_factor,
    add_option,
    close_risk,
    decide_option,
    delete_factor,
    reopen_risk,
    review_link,
    save_risk,
    set_box,
    touch_node,
)
from enishi.strategy.actions.working import (
    add_task,
    delete_task,
    discard_timer,
    finish_task,
    log_work,
    start_timer,
    stop_timer,
)

__all__ = [
    "add_cost",
    "add_factor",
    "add_line",
    "add_option",
    "add_task",
    "approve_cost",
    "approve_strategy",
    "close_month",
    "close_risk",
    "create_from_starter",
    "create_node",
    "decide_option",
    "delete_cost",
    "delete_factor",
    "delete_node",
    "delete_resource",
    "delete_task",
    "discard_timer",
    "draft_due_reviews",
    "draft_review",
    "finish_task",
    "give_kpi",
    "keep_version",
    "link_conversation",
    "link_post",
    "log_work",
    "move_node",
    "remove_line",
    "reopen_month",
    "reopen_risk",
    "restore_version",
    "review_link",
    "save_resource",
    "save_risk",
    "set_box",
    "set_pillar_reason",
    "set_plan_settings",
    "set_thresholds",
    "start_timer",
    "stop_timer",
    "tag_item",
    "touch_node",
    "undelete_node",
    "undo_starter",
    "unlink_conversation",
    "unlink_post",
    "update_node",
    "watch_kpi",
    "withdraw_approval",
    "write_minutes",
]
