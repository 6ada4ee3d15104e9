"""The posts of the calendar."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from enishi.publishing.values import PostCard
from enishi.site.templatetags.enishi import network_icon, state_icon

register = template.Library()


@register.simple_tag(takes_context=True)
def entry(context: template.Context, card: PostCard) -> SafeString:
    """A post in the calendar. Made here because a page shows up to two hundred of them."""
    address = f"{context['calendar_base']}posts/{card.id}/"
    move = (
        format_html(
            ' draggable="true" data-move="{0}move/" data-move-form="{0}move/" data-version="{1}"',
            address,
            card.version,
        )
        if card.movable and context["can_write"]
        else ""
    )
    marks = format_html_join(
        "",
        '<span title="{}">{}</span>',
        ((mark.name, network_icon(mark.adapter)) for mark in card.channels[:3]),
    )
    return format_html(
        '<a class="entry entry-{}{}" href="{}"{} title="{}"><span class="entry-head">{}'
        '<span class="entry-time">{}</span><span class="entry-networks">{}</span></span>'
        '<span class="entry-text">{}</span></a>',
        card.state,
        _slot_class(card),
        address,
        move,
        card.text[:160],
        state_icon(card.state),
        f"{card.local:%H:%M}" if card.local else "",
        marks,
        _words(card),
    )


def _slot_class(card: PostCard) -> str:
    if card.slot is None or not card.slot.empty:
        return ""
    return " entry-empty entry-urgent" if card.slot.urgent else " entry-empty"


def _words(card: PostCard) -> str:
    if card.slot is not None and card.slot.empty:
        return card.slot.topic or card.slot.name
    return " ".join(card.text.split())[:90] or "—"
