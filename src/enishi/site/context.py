"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from enishi import __version__
from enishi.accounts import queries


def site(request: HttpRequest) -> dict[str, Any]:
    """`workspace`, `actor`, the other workspaces for the switcher, and the version."""
    workspace = getattr(request, "workspace", None)
    context: dict[str, Any] = {
        "version": __version__,
        "workspace": workspace,
        "actor": getattr(request, "actor", None),
    }
    if workspace is not None:
        context["workspaces"] = queries.workspaces_of(queries.signed_in(request.user).pk)
    return context
