"""Every write of the lenses."""

from __future__ import annotations

from enishi.lenses.actions.deciding import assess, audit_jump, divide_effort, place_item
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
    "add_trigger",
    "assess",
    "audit_jump",
    "check_triggers",
    "close_plan",
    "create_plan",
    "decide_trigger",
    "divide_effort",
    "mark_support",
    "place_item",
    "remove_trigger",
    "request_powers",
    "start_plan",
    "unmark_support",
    "update_plan",
]
