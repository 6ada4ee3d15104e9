"""The count beside the bell."""

from __future__ import annotations

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_notifications(context: template.Context) -> int:
    """How much unread news the reader has here: `{% unread_notifications as unread %}`.

    It was read with the workspaces of the switcher, so that no page needs a query more.
    """
    here = context.get("workspace")
    return next((each.unread for each in context.get("workspaces") or () if each == here), 0)
