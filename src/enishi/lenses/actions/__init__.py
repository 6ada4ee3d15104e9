"""Every write of the lenses."""

from __future__ import annotations

from enishi.lenses.actions.deciding import assess, audit_jump, divide_effort, place_item, remind
from enishi.lenses.actions.experimenting import (
    TrialInput,
    abandon_trial,
    assign_post,
    create_trial,
    look_at_trial,
)
from enishi.lenses.actions.plans import (
    add_trigger,
    check_triggers,
    close_plan,
    create_plan,
    decide_trigger,
    remove_trigger,
    start_plan,
    update_plan,
)
from enishi.lenses.actions.posts import mark_support, request_powers, unmark_support

__all__ = [
    "TrialInput",
    "abandon_trial",
    "add_trigger",
    "assess",
    "assign_post",
    "audit_jump",
    "check_triggers",
    "close_plan",
    "create_plan",
    "create_trial",
    "decide_trigger",
    "divide_effort",
    "look_at_trial",
    "mark_support",
    "place_item",
    "remind",
    "remove_trigger",
    "request_powers",
    "start_plan",
    "unmark_support",
    "update_plan",
]
