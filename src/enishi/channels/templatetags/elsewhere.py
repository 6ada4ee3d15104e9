"""Pictures of other servers in pages."""

from __future__ import annotations

from django import template

from enishi.channels import elsewhere

register = template.Library()


@register.filter
def shown_by_us(url: str, size: str = "picture") -> str:
    """Our own address of a picture elsewhere; empty when it cannot be shown."""
    return elsewhere.address(url, size) if url else ""
