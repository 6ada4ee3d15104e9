"""The buttons below what somebody said to a hub: like, share, emoji, vote, report."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import template

from enishi.accounts.permissions import Permission
from enishi.hub import queries
from enishi.hub.provisioning import ADAPTER

register = template.Library()
_ASKED, _POLLS = "hub_reactions", "hub_polls"
EMOJI = ("👍", "🎉", "😄", "🙏", "😢", "👀")


@register.inclusion_tag("hub/keep/_reactions.html", takes_context=True)
def hub_reactions(context: template.Context, message: Any) -> dict[str, Any]:
    """Buttons for one message of the thread on the page; for other networks nothing."""
    row, actor = context["thread"].conversation, context.get("actor")
    if row.adapter != ADAPTER or message.kind == "comment" or actor is None:
        return {"uri": ""}
    done = _done(context, actor, row.channel_id)
    return {
        "uri": message.remote_id,
        "may_react": actor.can(Permission.INBOX_REPLY),
        "liked": (message.remote_id, "like") in done,
        "shared": (message.remote_id, "share") in done,
        "emoji": [(one, (message.remote_id, one) in done) for one in EMOJI],
        "is_poll": message.remote_id in _polls(context, actor),
        "may_report": actor.can(Permission.INBOX_MANAGE),
        "channel_id": row.channel_id,
        "conversation_id": row.id,
        "workspace": context["workspace"],
        "csrf_token": context.get("csrf_token", ""),
    }


def _done(context: template.Context, actor: Any, channel_id: UUID) -> set[tuple[str, str]]:
    """Asked of the database once for a page."""
    kept: Any = context.render_context
    if _ASKED not in kept:
        uris = [each.remote_id for each in context["thread"].messages if not each.is_ours]
        kept[_ASKED] = queries.reactions(actor, channel_id=channel_id, uris=uris)
    found: set[tuple[str, str]] = kept[_ASKED]
    return found


def _polls(context: template.Context, actor: Any) -> set[str]:
    kept: Any = context.render_context
    if _POLLS not in kept:
        uris = [each.remote_id for each in context["thread"].messages if not each.is_ours]
        kept[_POLLS] = queries.polls_among(actor, uris=uris)
    found: set[str] = kept[_POLLS]
    return found
