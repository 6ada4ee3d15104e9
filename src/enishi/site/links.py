"""Joins slices that must not know each other: a composed post and the tactic it serves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.dispatch import receiver
from django.http import QueryDict

from enishi.accounts.permissions import Actor, Permission
from enishi.publishing.composed import post_composed
from enishi.publishing.models import Post
from enishi.strategy import actions, queries


@receiver(post_composed)
def link_tactics(actor: Actor, post: Post, data: QueryDict, **_: Any) -> None:
    """Make the post serve exactly the tactics that were ticked in the composer."""
    if "tactics_shown" not in data or not actor.can(Permission.STRATEGY_EDIT):
        return
    wanted = {UUID(text) for text in data.getlist("tactics") if text}
    standing = {leaf.id for leaf in queries.post_tactics(actor, post.id)}
    for tactic_id in wanted - standing:
        actions.link_post(actor, tactic_id=tactic_id, post_id=post.id)
    for tactic_id in standing - wanted:
        actions.unlink_post(actor, tactic_id=tactic_id, post_id=post.id)
