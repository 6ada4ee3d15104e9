"""The side panel: who a person is to us, and what of ours a thread hangs on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from enishi.accounts.permissions import Actor, Permission
from enishi.activities import explorer
from enishi.activities.events import Direction
from enishi.inbox.errors import no_such_conversation
from enishi.inbox.models import Conversation
from enishi.inbox.queries import visible
from enishi.publishing.core.states import DeliveryKind
from enishi.publishing.models import Delivery

ACTS = {
    "Create": _("wrote"),
    "Like": _("liked"),
    "Announce": _("reshared"),
    "Follow": _("followed"),
    "Undo": _("took back"),
    "Delete": _("deleted"),
}
"""What people do, in words for a list."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that the person did, from the log."""

    id: UUID
    type: str
    text: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class OtherConversation:
    id: UUID
    channel_name: str
    state_label: str
    last_text: str
    last_message_at: datetime


@dataclass(frozen=True, slots=True)
class OurPost:
    """What of ours the thread hangs on."""

    post_id: UUID | None
    text: str
    url: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonPanel:
    acts: Sequence[Act]
    others: Sequence[OtherConversation]
    about: OurPost | None


def person(actor: Actor, conversation_id: UUID, *, limit: int = 10) -> PersonPanel:
    """Who it is: what else they did (likes and follows, too), and where else they wrote."""
    actor.require(Permission.INBOX_VIEW)
    found = visible(actor).select_related("channel").filter(id=conversation_id).first()
    if found is None:
        raise no_such_conversation()
    acts = _acts(found, limit) if not actor.functions else []
    return PersonPanel(acts, _others(actor, found, limit), _our_post(found))


def _acts(conversation: Conversation, limit: int) -> list[Act]:
    filters = explorer.Filters(person=conversation.person_key, direction=Direction.INBOUND)
    page = explorer.page(conversation.workspace_id, filters, before="", limit=limit)
    return [Act(row.id, row.term, row.text, row.occurred_at) for row in page.rows]


def _others(actor: Actor, conversation: Conversation, limit: int) -> list[OtherConversation]:
    rows = visible(actor).select_related("channel").filter(person_key=conversation.person_key)
    return [
        OtherConversation(
            one.id,
            str(one.channel),
            one.get_state_display(),
            one.last_text,
            one.last_message_at,
        )
        for one in rows.exclude(id=conversation.id).order_by("-last_message_at", "-id")[:limit]
    ]


def _our_post(conversation: Conversation) -> OurPost | None:
    first = conversation.messages.order_by("published", "id").first()
    ids = [one for one in (first and first.in_reply_to, conversation.root_id) if one]
    rows = Delivery.objects.select_related("post").filter(
        channel_id=conversation.channel_id,
        remote_id__in=ids,
        kind=DeliveryKind.PUBLISH.value,
    )
    found = rows.order_by("-published_at").first()
    if found is None:
        return None
    text = found.post.text if found.post else found.text
    return OurPost(found.post_id, text, found.remote_url, found.published_at)
