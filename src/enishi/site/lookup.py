"""What templates ask of the slices below."""

from __future__ import annotations

from functools import cache

from enishi.channels import registry
from enishi.kernel.errors import NotFoundError

FALLBACK_ICON = "world"


@cache
def network_icon(adapter_id: str) -> str:
    """The icon in the adapter's manifest, or a globe when the adapter is gone."""
    try:
        return registry.get(adapter_id).manifest.icon
    except NotFoundError:
        return FALLBACK_ICON
