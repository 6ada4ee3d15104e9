"""What pages tell of pauses, missed posts and slots."""

from __future__ import annotations

from django import template

from enishi.accounts.permissions import Actor, Permission
from enishi.publishing import overdue, queries, slot_queries
from enishi.publishing.pauses import PauseView
from enishi.publishing.slot_queries import QueueView
from enishi.publishing.values import PostCard

register = template.Library()


def _actor(context: template.Context) -> Actor | None:
    """Who looks, if they may see posts."""
    actor = context.get("actor")
    seeing = isinstance(actor, Actor) and actor.can(Permission.POSTS_VIEW)
    return actor if seeing else None


@register.simple_tag(takes_context=True)
def pauses_in_force(context: template.Context) -> list[PauseView]:
    """What is paused in the workspace."""
    actor = _actor(context)
    return queries.pauses(actor.workspace_id) if actor else []


@register.simple_tag(takes_context=True)
def missed_count(context: template.Context) -> int:
    """How many posts wait because their time has passed."""
    actor = _actor(context)
    return overdue.overdue_count(actor) if actor else 0


@register.simple_tag(takes_context=True)
def empty_slots(context: template.Context) -> list[PostCard]:
    """Slots that are due soon and still empty."""
    actor = _actor(context)
    return slot_queries.empty_soon(actor) if actor else []


@register.simple_tag(takes_context=True)
def queues(context: template.Context) -> list[QueueView]:
    """The queues that a post can be put into."""
    actor = _actor(context)
    return slot_queries.queues(actor) if actor else []
