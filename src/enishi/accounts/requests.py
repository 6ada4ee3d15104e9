"""What views below `/w/<workspace>/` are given."""

from __future__ import annotations

from django.http import HttpRequest

from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor


class WorkspaceRequest(HttpRequest):
    """A request below `/w/<workspace>/`: the middleware filled these in."""

    workspace: Workspace
    actor: Actor
    LANGUAGE_CODE: str
