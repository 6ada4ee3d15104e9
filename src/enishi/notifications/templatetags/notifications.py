"""The count beside the bell."""

from __future__ import annotations

from django import template

from enishi.notifications import queries

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_notifications(context: template.Context) -> int:
    """How much unread news the reader has here: `{% unread_notifications as unread %}`."""
    actor = context.get("actor")
    return queries.unread_count(actor) if actor is not None else 0
