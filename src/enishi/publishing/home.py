"""What publishing needs to know of the actor's workspace.

Read without asking for the permission to see the workspace: whoever may see posts, a token
with only that scope included, sees them in the workspace's zone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from zoneinfo import ZoneInfo

from enishi.accounts import current
from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor
from enishi.publishing.core import public_holidays


def workspace_of(actor: Actor) -> Workspace:
    """The workspace in which somebody acts."""
    known = current.known(actor.workspace_id)
    return known or Workspace.objects.get(id=actor.workspace_id)


def zone_of(actor: Actor) -> ZoneInfo:
    """The zone in which times are shown: the reader's on a page, else the workspace's."""
    return ZoneInfo(current.reading_zone(workspace_of(actor)))


def days_off(
    workspace: Workspace, days: Iterable[date], *, skips_holidays: bool
) -> Collection[date]:
    """The public holidays among some days, for what does not happen on them."""
    return public_holidays.named(workspace.country, days, "en") if skips_holidays else ()
