"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from enishi import __version__
from enishi.accounts import queries
from enishi.notifications.queries import with_unread


def site(request: HttpRequest) -> dict[str, Any]:
    """`workspace`, `actor`, the version, and the workspaces with what is unread in each."""
    workspace = getattr(request, "workspace", None)
    context: dict[str, Any] = {
        "version": __version__,
        "workspace": workspace,
        "actor": getattr(request, "actor", None),
    }
    if workspace is not None:
        user_id = queries.signed_in(request.user).pk
        context["workspaces"] = with_unread(queries.workspaces_of(user_id), user_id)
    return context
