"""What the pages of publishing show of the strategy, which lies above them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import template

from enishi.accounts.permissions import Permission
from enishi.strategy import queries
from enishi.strategy.queries import alignment

register = template.Library()


@register.inclusion_tag("site/_tactic_field.html", takes_context=True)
def tactic_field(context: template.Context) -> dict[str, Any]:
    """Which tactic a post serves, for those who may say so."""
    actor, request, post = context["actor"], context["request"], context.get("post")
    if not actor.can(Permission.STRATEGY_EDIT):
        return {"tactics": []}
    chosen = set(request.POST.getlist("tactics") or request.GET.getlist("tactic"))
    if post and request.method != "POST":
        chosen |= {str(leaf.id) for leaf in queries.post_tactics(actor, post.card.id)}
    return {"tactics": [(each, str(each.id) in chosen) for each in queries.tactics(actor)]}


@register.inclusion_tag("site/_conversation_tactics.html", takes_context=True)
def conversation_tactics(context: template.Context, conversation_id: UUID) -> dict[str, Any]:
    """Which tactics a conversation serves, and others to choose from."""
    actor, request = context["actor"], context["request"]
    linked = alignment.conversation_tactics(actor, conversation_id)
    can_edit = actor.can(Permission.STRATEGY_EDIT)
    known = {one.id for one in linked}
    offered = alignment.live_tactics(actor) if can_edit else ()
    return {
        "linked": linked,
        "tactics": [one for one in offered if one.id not in known],
        "can_edit": can_edit,
        "conversation_id": conversation_id,
        "workspace": context["workspace"],
        "csrf_token": context.get("csrf_token"),
        "request": request,
    }


@register.simple_tag(takes_context=True)
def tactics_of(context: template.Context, post_id: UUID) -> Sequence[Any]:
    """The tactics that a post carries out."""
    return queries.post_tactics(context["actor"], post_id)
