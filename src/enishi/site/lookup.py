"""What templates ask of the slices below."""

from __future__ import annotations

from functools import cache

from enishi.channels import registry

FALLBACK_ICON = "world"


@cache
def network_icon(adapter_id: str) -> str:
    """The icon in the adapter's manifest, or a globe when the adapter is gone."""
    try:
        manifest = registry.get(adapter_id).manifest
    except LookupError:
        return FALLBACK_ICON
    return str(getattr(manifest, "icon", "") or FALLBACK_ICON)
