"""How long an answer is, as the network of its conversation counts."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from enishi.accounts.permissions import Actor, Permission
from enishi.channels import registry
from enishi.inbox.errors import no_such_conversation
from enishi.inbox.queries import visible
from enishi.publishing import queries as publishing
from enishi.publishing.checking import ChannelCheck


@dataclass(frozen=True, slots=True)
class Untouched:
    """The count before anything is typed: no channel need be asked."""

    limit: int
    length: int = 0
    problems: tuple[()] = ()

    @property
    def remaining(self) -> int:
        """How much fits."""
        return self.limit


def untouched(adapter: str) -> Untouched:
    """An empty answer on a network."""
    text = registry.get(adapter).manifest.text
    return Untouched(text.max if text else 0)


def count(actor: Actor, conversation_id: UUID, text: str) -> ChannelCheck | Untouched:
    """Length, limit and problems of an answer that is being typed."""
    actor.require(Permission.INBOX_REPLY)
    found = visible(actor).filter(id=conversation_id).select_related("channel").first()
    if found is None:
        raise no_such_conversation()
    if not text.strip():
        return untouched(found.channel.adapter)
    return publishing.check_reply(actor, channel=found.channel, text=text)
