"""Every write that people make to conversations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from enishi.accounts.models import Membership
from enishi.accounts.permissions import ROLE_PERMISSIONS as GRANTS
from enishi.accounts.permissions import Actor, Permission, Role
from enishi.activities.log import record
from enishi.channels.contract import Reference
from enishi.inbox import events
from enishi.inbox.core.heard import Kind, foldable, shortened
from enishi.inbox.core.states import LIFECYCLE, ConversationState, Sending, sending_of
from enishi.inbox.errors import EarlierReply, ReplyCollisionError, no_such_conversation
from enishi.inbox.models import Conversation, Message, Note
from enishi.inbox.queries import visible
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from enishi.kernel.functions import Function
from enishi.publishing import actions as publishing
from enishi.publishing.core.states import DeliveryState
from enishi.publishing.models import Delivery

MAX_NOTE = 10_000
MAX_BULK = 1000


# --- answering -----------------------------------------------------------------------------


@transaction.atomic
def reply(
    actor: Actor,
    *,
    conversation_id: UUID,
    text: str,
    seen_version: int | None = None,
    force: bool = False,
    message_id: UUID | None = None,
) -> Message:
    """Answer a conversation: its newest message, or the one that is named.

    1. `seen_version` is the version that the writer saw. Where a colleague answered since,
       raise ReplyCollisionError, unless `force`.
    2. Raise the version by compare-and-set, so that of two who send at once one is refused.
    3. Send the answer through publishing: a delivery like any other.
    4. Keep it as a message; the conversation waits for the other side now.
    """
    actor.require(Permission.INBOX_REPLY)
    conversation = _conversation(actor, conversation_id)
    answered = _answerable(conversation, message_id)
    if not text.strip():
        raise InvalidInputError(_("Write an answer first."), field="text")
    _take_turn(conversation, None if force else seen_version)
    delivery = publishing.send_reply(
        actor,
        channel_id=conversation.channel_id,
        in_reply_to=Reference(answered.remote_id, answered.reference),
        text=text,
    )
    message = Message.objects.create(
        conversation=conversation,
        channel_id=conversation.channel_id,
        is_ours=True,
        kind=Kind.REPLY.value,
        author_id=actor.user_id,
        author_name=actor.name,
        text=text,
        folded=foldable(f"{text}\n{actor.name}"),
        in_reply_to=answered.remote_id,
        published=clock.now(),
        delivery=delivery,
    )
    _said_last(conversation, message)
    return message


def _answerable(conversation: Conversation, message_id: UUID | None) -> Message:
    """What an answer hangs on: something that stands on the network."""
    rows = conversation.messages.exclude(remote_id="").filter(withdrawn_at=None)
    wanted = Q(is_ours=False) if message_id is None else Q(id=message_id)
    found = rows.filter(wanted).order_by("-published", "-id").first()
    if found is None:
        raise ConflictError(
            _("There is nothing left to answer: it was taken back."), field="message"
        )
    return found


def _take_turn(conversation: Conversation, seen_version: int | None) -> None:
    seen = conversation.version if seen_version is None else seen_version
    rows = Conversation.objects.filter(id=conversation.id, version=seen)
    if not rows.update(version=F("version") + 1):
        raise ReplyCollisionError(_earlier_reply(conversation))


def _earlier_reply(conversation: Conversation) -> EarlierReply | None:
    rows = conversation.messages.filter(is_ours=True, delivery__isnull=False)
    found = rows.select_related("author").order_by("-published", "-id").first()
    if found is None:
        return None
    name = str(found.author) if found.author else found.author_name
    return EarlierReply(found.id, name, shortened(found.text), found.published)


def _said_last(conversation: Conversation, message: Message) -> None:
    Conversation.objects.filter(id=conversation.id).update(
        state=ConversationState.PENDING.value,
        unread=0,
        last_text=shortened(message.text),
        last_is_ours=True,
        last_message_at=message.published,
        updated_at=clock.now(),
    )


@transaction.atomic
def retry_reply(actor: Actor, *, message_id: UUID) -> Message:
    """Send an answer again that failed, or look whether one of unknown outcome stands."""
    actor.require(Permission.INBOX_REPLY)
    message, delivery = _sent_from_here(actor, message_id)
    match sending_of(DeliveryState(delivery.state)):
        case Sending.FAILED:
            publishing.retry_delivery(actor, delivery_id=delivery.id)
        case Sending.UNKNOWN:
            publishing.check_again(actor, delivery_id=delivery.id)
        case _:
            raise ConflictError(_("This answer is on its way or sent already."))
    _touch(Conversation.objects.filter(id=message.conversation_id))
    return message


def _sent_from_here(actor: Actor, message_id: UUID) -> tuple[Message, Delivery]:
    rows = Message.objects.select_related("delivery", "conversation").filter(
        id=message_id, conversation__in=visible(actor), is_ours=True
    )
    found = rows.first()
    if found is None or found.delivery is None:
        raise NotFoundError(_("There is no such answer."), field="message")
    return found, found.delivery


# --- sorting -------------------------------------------------------------------------------


@transaction.atomic
def mark_read(actor: Actor, *, conversation_ids: Iterable[UUID]) -> int:
    """Mark conversations as read; returns how many were not."""
    actor.require(Permission.INBOX_MANAGE)
    rows = _several(actor, conversation_ids).filter(unread__gt=0)
    changed = list(rows)
    rows.update(unread=0, updated_at=clock.now())
    record([events.happened(actor, "Read", one) for one in changed])
    return len(changed)


@transaction.atomic
def mark_unread(actor: Actor, *, conversation_id: UUID) -> Conversation:
    """Mark a conversation as unread again, to come back to it."""
    actor.require(Permission.INBOX_MANAGE)
    conversation = _conversation(actor, conversation_id)
    rows = Conversation.objects.filter(id=conversation.id, unread=0)
    if rows.update(unread=1, updated_at=clock.now()):
        record([events.happened(actor, "Update", conversation, note="unread")])
    return _conversation(actor, conversation_id)


@transaction.atomic
def assign(actor: Actor, *, conversation_id: UUID, user_id: UUID | None) -> Conversation:
    """Give a conversation to a colleague, or to nobody."""
    actor.require(Permission.INBOX_MANAGE)
    conversation = _conversation(actor, conversation_id)
    member = None if user_id is None else _colleague(actor, user_id)
    rows = Conversation.objects.filter(id=conversation.id).exclude(assignee_id=user_id)
    if rows.update(assignee_id=user_id, updated_at=clock.now()):
        target = events.urn(user_id) if user_id else ""
        note = str(member.user) if member else ""
        record([events.happened(actor, "Offer", conversation, note=note, target=target)])
    return _conversation(actor, conversation_id)


@transaction.atomic
def set_function(actor: Actor, *, conversation_id: UUID, function: str) -> Conversation:
    """Say which function of the company a case serves (R028); empty: that of its channel."""
    actor.require(Permission.INBOX_MANAGE)
    conversation = _conversation(actor, conversation_id)
    if function and function not in set(Function):
        raise InvalidInputError(
            _("There is no function “%(name)s”.") % {"name": function},
            field="function",
            remedy=_("Choose one of: %(values)s.") % {"values": ", ".join(Function)},
        )
    rows = Conversation.objects.filter(id=conversation.id).exclude(function=function)
    if rows.update(function=function, updated_at=clock.now()):
        record([events.happened(actor, "Update", conversation, note=f"function: {function}")])
    conversation.function = function
    return conversation


def _colleague(actor: Actor, user_id: UUID) -> Membership:
    rows = Membership.objects.select_related("user")
    found = rows.filter(workspace_id=actor.workspace_id, user_id=user_id).first()
    if found is None or Permission.INBOX_VIEW not in GRANTS[Role(found.role)]:
        raise InvalidInputError(
            _("This person cannot see the inbox."),
            field="assignee",
            remedy=_("Choose a member of the workspace whose role includes the inbox."),
        )
    return found


@transaction.atomic
def set_state(actor: Actor, *, conversation_ids: Iterable[UUID], state: ConversationState) -> int:
    """Resolve, park or reopen conversations; returns how many were not in that state.

    Resolving also marks as read.
    """
    actor.require(Permission.INBOX_MANAGE)
    sources = [source.value for source in LIFECYCLE.sources_of(state)]
    rows = _several(actor, conversation_ids).filter(state__in=sources)
    changed = list(rows)
    rows = Conversation.objects.filter(id__in=[one.id for one in changed], state__in=sources)
    values: dict[str, object] = {"state": state.value, "updated_at": clock.now()}
    if state is ConversationState.RESOLVED:
        values["unread"] = 0
    rows.update(**values)
    record([events.happened(actor, "Update", one, note=state.value) for one in changed])
    return len(changed)


def resolve(actor: Actor, *, conversation_ids: Iterable[UUID]) -> int:
    """Nothing is left to do in these conversations."""
    return set_state(actor, conversation_ids=conversation_ids, state=ConversationState.RESOLVED)


def reopen(actor: Actor, *, conversation_ids: Iterable[UUID]) -> int:
    """Put conversations back among those that wait for us."""
    return set_state(actor, conversation_ids=conversation_ids, state=ConversationState.NEW)


@transaction.atomic
def add_note(actor: Actor, *, conversation_id: UUID, text: str) -> Note:
    """Tell colleagues something about a conversation; nobody outside reads it."""
    actor.require(Permission.INBOX_MANAGE)
    conversation = _conversation(actor, conversation_id)
    if not 1 <= len(text.strip()) <= MAX_NOTE:
        raise InvalidInputError(
            _("A note is needed."), field="text", remedy=_("Use 1 to 10,000 characters.")
        )
    note = Note.objects.create(
        conversation=conversation,
        author_id=actor.user_id,
        text=text.strip(),
        created_at=clock.now(),
    )
    _touch(Conversation.objects.filter(id=conversation.id))
    target = events.urn(note.id)
    record([events.happened(actor, "Create", conversation, note=note.text, target=target)])
    return note


# --- looking up ----------------------------------------------------------------------------


def _conversation(actor: Actor, conversation_id: UUID) -> Conversation:
    found = visible(actor).filter(id=conversation_id).first()
    if found is None:
        raise no_such_conversation()
    return found


def _several(actor: Actor, conversation_ids: Iterable[UUID]) -> QuerySet[Conversation]:
    """The conversations with these ids; all of them must be the workspace's own."""
    ids: Sequence[UUID] = list(dict.fromkeys(conversation_ids))
    if len(ids) > MAX_BULK:
        raise InvalidInputError(
            _("Choose at most %(count)s conversations at a time.") % {"count": MAX_BULK},
            field="conversations",
        )
    rows = visible(actor).filter(id__in=ids)
    if rows.count() != len(ids):
        raise no_such_conversation()
    return rows


def _touch(rows: QuerySet[Conversation]) -> None:
    rows.update(updated_at=clock.now())
