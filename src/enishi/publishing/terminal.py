"""What the commands of publishing share."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor
from enishi.channels import queries as channels
from enishi.kernel.errors import InvalidInputError


def channels_named(actor: Actor, named: list[str]) -> list[UUID]:
    """Channels by id, handle or name."""
    known: dict[str, UUID] = {}
    for one in channels.channels(actor):
        known |= {str(one.id): one.id, one.handle: one.id, one.name: one.id}
    missing = [name for name in named if name not in known]
    if missing:
        raise InvalidInputError(
            _("There is no channel “%s”.") % missing[0],
            field="channel",
            remedy=_("See “enishi channel list”."),
        )
    return [known[name] for name in named]
