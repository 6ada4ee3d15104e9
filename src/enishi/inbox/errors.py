"""Refusals of the inbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from enishi.kernel.errors import ConflictError, NotFoundError


@dataclass(frozen=True, slots=True)
class EarlierReply:
    """What a colleague answered while somebody else was writing."""

    message_id: UUID
    author: str
    text: str
    at: datetime


class ReplyCollisionError(ConflictError):
    """Somebody answered first. `earlier` is their answer; sending again with force goes on."""

    code = "reply-collision"

    def __init__(self, earlier: EarlierReply | None) -> None:
        super().__init__(
            _("%(name)s answered while you were writing: “%(text)s”")
            % {"name": earlier.author or "?", "text": earlier.text}
            if earlier
            else _("Somebody answered while you were writing."),
            field="text",
            remedy=_("Read it; if yours is still needed, send it anyway."),
        )
        self.earlier = earlier


def no_such_conversation() -> NotFoundError:
    """The conversation is not there, or not in the actor's workspace."""
    return NotFoundError(_("There is no such conversation."), field="conversation")
