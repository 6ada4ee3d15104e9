"""Every read of the inbox: frozen values, few statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from enishi.accounts.models import Membership
from enishi.accounts.permissions import ROLE_PERMISSIONS, Actor, Permission, Role
from enishi.channels.models import Channel
from enishi.inbox.core.heard import Kind, foldable
from enishi.inbox.core.states import ConversationState, Sending, sending_of
from enishi.inbox.errors import no_such_conversation
from enishi.inbox.models import Conversation, Message, Note
from enishi.kernel.errors import InvalidInputError
from enishi.publishing.core.said import unpack
from enishi.publishing.core.states import ASKS_FOR_A_PERSON, DeliveryState

PAGE = 30
_MAX_PAGE = 200
_OPEN = (ConversationState.NEW.value, ConversationState.PENDING.value)
_TROUBLE = [state.value for state in (*ASKS_FOR_A_PERSON, DeliveryState.CANCELLED)]


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the inbox is wanted; empty means everything."""

    state: str = ""
    """A state, or `open` for those that are not resolved."""
    channel_id: UUID | None = None
    assignee: str = ""
    """`me`, `none`, or a user's id."""
    unread: bool = False
    trouble: bool = False
    """Only those with an answer that did not go out."""
    kind: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation in the list."""

    id: UUID
    channel_id: UUID
    channel_name: str
    adapter: str
    kind: str
    state: str
    person_key: str
    person_name: str
    person_handle: str
    person_url: str
    avatar_url: str
    unread: int
    version: int
    assignee_id: UUID | None
    assignee_name: str
    function: str
    """What it was given to; empty: what its channel serves."""
    last_text: str
    last_is_ours: bool
    last_message_at: datetime
    has_trouble: bool

    @property
    def who(self) -> str:
        return self.person_name or self.person_handle or self.person_key


@dataclass(frozen=True, slots=True)
class ConversationPage:
    rows: Sequence[Row]
    cursor: str
    """Where the next page begins; empty on the last one."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message in the thread."""

    id: UUID
    remote_id: str
    is_ours: bool
    kind: str
    author_name: str
    author_handle: str
    avatar_url: str
    text: str
    images: Sequence[dict[str, str]]
    url: str
    published: datetime
    withdrawn: bool
    activity_id: UUID | None
    sending: Sending
    delivery_id: UUID | None
    delivery_state: str
    problem: str


@dataclass(frozen=True, slots=True)
class NoteRow:
    id: UUID
    author_name: str
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation with all that was said."""

    conversation: Row
    root_id: str
    messages: Sequence[Said]
    notes: Sequence[NoteRow]
    revision: str
    """Changes whenever the thread looks different."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What waits."""

    new: int = 0
    pending: int = 0
    resolved: int = 0
    unread: int = 0
    mine: int = 0
    unassigned: int = 0

    @property
    def open(self) -> int:
        return self.new + self.pending


@dataclass(frozen=True, slots=True)
class Colleague:
    user_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class ChannelChoice:
    id: UUID
    name: str
    adapter: str


def visible(actor: Actor) -> QuerySet[Conversation]:
    """The cases that the actor sees: all, or those that serve their functions (R028).

    A case serves what it was given to, else what its channel serves.
    """
    rows = Conversation.objects.filter(workspace_id=actor.workspace_id)
    if not actor.functions:
        return rows
    mine = sorted(actor.functions)
    return rows.filter(Q(function__in=mine) | Q(function="", channel__function__in=["", *mine]))


# --- the list ------------------------------------------------------------------------------


def conversations(
    actor: Actor, filters: Filters | None = None, *, cursor: str = "", limit: int = PAGE
) -> ConversationPage:
    """A page of conversations, the one with the newest message first."""
    actor.require(Permission.INBOX_VIEW)
    wanted = filters or Filters()
    size = max(1, min(limit, _MAX_PAGE))
    rows = _after(_filtered(actor, wanted), cursor).order_by("-last_message_at", "-id")
    found = [_row(one) for one in _listed(rows)[: size + 1]]
    more = found[size - 1] if len(found) > size else None
    return ConversationPage(found[:size], _cursor(more) if more else "")


def _filtered(actor: Actor, filters: Filters) -> QuerySet[Conversation]:
    rows = visible(actor)
    rows = _with_state(rows, filters.state)
    if filters.channel_id:
        rows = rows.filter(channel_id=filters.channel_id)
    if filters.kind:
        rows = rows.filter(kind=_known(Kind, filters.kind, "kind"))
    if filters.unread:
        rows = rows.filter(unread__gt=0)
    if filters.trouble:
        rows = rows.filter(_has_trouble())
    rows = _with_assignee(rows, filters.assignee, actor)
    return _with_text(rows, filters.text)


def _with_state(rows: QuerySet[Conversation], state: str) -> QuerySet[Conversation]:
    if not state:
        return rows
    if state == "open":
        return rows.filter(state__in=_OPEN)
    return rows.filter(state=_known(ConversationState, state, "state"))


def _known(kind: type[Kind | ConversationState], value: str, field: str) -> str:
    if value not in set(kind):
        raise InvalidInputError(
            _("“%(value)s” is not known here.") % {"value": value},
            field=field,
            remedy=_("Choose one of: %(values)s.") % {"values": ", ".join(kind)},
        )
    return value


def _with_assignee(
    rows: QuerySet[Conversation], assignee: str, actor: Actor
) -> QuerySet[Conversation]:
    if not assignee:
        return rows
    if assignee == "none":
        return rows.filter(assignee=None)
    if assignee == "me":
        return rows.filter(assignee_id=actor.user_id)
    return rows.filter(assignee_id=_uuid(assignee, "assignee"))


def _with_text(rows: QuerySet[Conversation], text: str) -> QuerySet[Conversation]:
    for word in foldable(text).split():
        said = Message.objects.filter(folded__contains=word).values("conversation_id")
        rows = rows.filter(id__in=said)
    return rows


def _has_trouble() -> Exists:
    return Exists(
        Message.objects.filter(
            conversation_id=OuterRef("pk"), is_ours=True, delivery__state__in=_TROUBLE
        )
    )


def _listed(rows: QuerySet[Conversation]) -> QuerySet[Conversation, Conversation]:
    return rows.select_related("channel", "assignee").annotate(has_trouble=_has_trouble())


def _row(found: Any) -> Row:
    return Row(
        id=found.id,
        channel_id=found.channel_id,
        channel_name=str(found.channel),
        adapter=found.channel.adapter,
        kind=found.kind,
        state=found.state,
        person_key=found.person_key,
        person_name=found.person_name,
        person_handle=found.person_handle,
        person_url=found.person_url,
        avatar_url=found.person_avatar_url,
        unread=found.unread,
        version=found.version,
        assignee_id=found.assignee_id,
        assignee_name=str(found.assignee or ""),
        function=found.function,
        last_text=found.last_text,
        last_is_ours=found.last_is_ours,
        last_message_at=found.last_message_at,
        has_trouble=found.has_trouble,
    )


def _cursor(row: Row) -> str:
    return f"{row.last_message_at.isoformat()}~{row.id}"


def _after(rows: QuerySet[Conversation], cursor: str) -> QuerySet[Conversation]:
    if not cursor:
        return rows
    at, _sign, identifier = cursor.partition("~")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError as error:
        raise _bad_cursor() from error
    if moment.tzinfo is None:
        raise _bad_cursor()
    last = _uuid(identifier, "cursor")
    return rows.filter(last_message_at__lte=moment).filter(
        Q(last_message_at__lt=moment) | Q(id__lt=last)
    )


def _bad_cursor() -> InvalidInputError:
    return InvalidInputError(
        _("This page marker cannot be read."),
        field="cursor",
        remedy=_("Start again from the first page."),
    )


def _uuid(text: str, field: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidInputError(_("This is not an identifier."), field=field) from error


# --- one conversation ----------------------------------------------------------------------


def thread(actor: Actor, conversation_id: UUID) -> Thread:
    """A conversation with its messages, in the order of time, and its notes."""
    actor.require(Permission.INBOX_VIEW)
    rows = visible(actor).filter(id=conversation_id)
    found = _listed(rows).first()
    if found is None:
        raise no_such_conversation()
    messages = [_said(one) for one in _messages(found)]
    notes = [_note(one) for one in found.notes.select_related("author").order_by("created_at")]
    return Thread(
        conversation=_row(found),
        root_id=found.root_id,
        messages=messages,
        notes=notes,
        revision=_revision(found, messages),
    )


def _messages(conversation: Conversation) -> QuerySet[Message]:
    rows = conversation.messages.select_related("author", "delivery")
    return rows.order_by("published", "id")


def _said(message: Message) -> Said:
    delivery = message.delivery
    state = DeliveryState(delivery.state) if delivery else None
    return Said(
        id=message.id,
        remote_id=message.remote_id,
        is_ours=message.is_ours,
        kind=message.kind,
        author_name=str(message.author) if message.author else message.author_name,
        author_handle=message.author_handle,
        avatar_url=message.author_avatar_url,
        text=message.text,
        images=message.images,
        url=message.url or (delivery.remote_url if delivery else ""),
        published=message.published,
        withdrawn=message.withdrawn_at is not None,
        activity_id=message.activity_id,
        sending=sending_of(state) if message.is_ours else Sending.SENT,
        delivery_id=message.delivery_id,
        delivery_state=delivery.state if delivery else "",
        problem=unpack(delivery.problem).words if delivery else "",
    )


def _note(note: Note) -> NoteRow:
    return NoteRow(note.id, str(note.author or _("Former member")), note.text, note.created_at)


def _revision(conversation: Conversation, messages: Sequence[Said]) -> str:
    on_the_way = "".join(one.delivery_state[:2] for one in messages if one.delivery_id)
    return f"{conversation.updated_at.timestamp():.6f}{on_the_way}"


# --- around it -----------------------------------------------------------------------------


def counts(actor: Actor) -> Counts:
    """How much waits, for the tabs and the home page: one statement."""
    actor.require(Permission.INBOX_VIEW)
    rows = visible(actor)
    is_open = Q(state__in=_OPEN)
    return Counts(
        **rows.aggregate(
            new=Count("id", filter=Q(state=ConversationState.NEW.value)),
            pending=Count("id", filter=Q(state=ConversationState.PENDING.value)),
            resolved=Count("id", filter=Q(state=ConversationState.RESOLVED.value)),
            unread=Count("id", filter=Q(unread__gt=0)),
            mine=Count("id", filter=is_open & Q(assignee_id=actor.user_id)),
            unassigned=Count("id", filter=is_open & Q(assignee=None)),
        )
    )


def revision(actor: Actor) -> str:
    """Changes whenever the list looks different."""
    actor.require(Permission.INBOX_VIEW)
    rows = visible(actor)
    newest = rows.aggregate(newest=Max("updated_at"))["newest"]
    return "" if newest is None else f"{newest.timestamp():.6f}"


def colleagues(actor: Actor) -> Sequence[Colleague]:
    """The members to whom a conversation can be given."""
    actor.require(Permission.INBOX_VIEW)
    rows = Membership.objects.select_related("user").filter(workspace_id=actor.workspace_id)
    return [
        Colleague(one.user_id, str(one.user))
        for one in rows.order_by("user__name", "user__email")
        if Permission.INBOX_VIEW in ROLE_PERMISSIONS[Role(one.role)]
    ]


def channel_choices(actor: Actor) -> Sequence[ChannelChoice]:
    """The channels from which conversations can come."""
    actor.require(Permission.INBOX_VIEW)
    rows = Channel.objects.filter(workspace_id=actor.workspace_id).order_by("name")
    return [ChannelChoice(one.id, str(one), one.adapter) for one in rows]
