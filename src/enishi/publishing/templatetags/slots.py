"""What pages tell of pauses, missed posts and slots."""

from __future__ import annotations

from django import template

from enishi.accounts.permissions import Actor, Permission
from enishi.publishing import overdue, queries, slot_queries
from enishi.publishing.pauses import PauseView
from enishi.publishing.signs import Signs, signs
from enishi.publishing.slot_queries import QueueView
from enishi.publishing.values import PostCard

register = template.Library()

_KNOWN = "_publishing_signs"


def _actor(context: template.Context) -> Actor | None:
    """Who looks, if they may see posts."""
    actor = context.get("actor")
    seeing = isinstance(actor, Actor) and actor.can(Permission.POSTS_VIEW)
    return actor if seeing else None


def _signs(context: template.Context, actor: Actor) -> Signs:
    """Asked once for a page, however many of these tags are on it."""
    request = context.get("request")
    known: Signs | None = getattr(request, _KNOWN, None)
    if known is None:
        known = signs(actor.workspace_id)
        if request is not None:
            setattr(request, _KNOWN, known)
    return known


@register.simple_tag(takes_context=True)
def pauses_in_force(context: template.Context) -> list[PauseView]:
    """What is paused in the workspace."""
    actor = _actor(context)
    return queries.pauses(actor.workspace_id) if actor and _signs(context, actor).paused else []


@register.simple_tag(takes_context=True)
def missed_count(context: template.Context) -> int:
    """How many posts wait because their time has passed."""
    actor = _actor(context)
    return overdue.overdue_count(actor) if actor and _signs(context, actor).missed else 0


@register.simple_tag(takes_context=True)
def empty_slots(context: template.Context) -> list[PostCard]:
    """Slots that are due soon and still empty."""
    actor = _actor(context)
    return slot_queries.empty_soon(actor) if actor and _signs(context, actor).empty else []


@register.simple_tag(takes_context=True)
def queues(context: template.Context) -> list[QueueView]:
    """The queues that a post can be put into."""
    actor = _actor(context)
    return slot_queries.queues(actor) if actor else []
