"""The inbox page: list, thread, person."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from enishi.accounts.models import FUNCTIONS
from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.inbox import actions, counting, panels, queries
from enishi.inbox.core.states import ConversationState
from enishi.inbox.errors import ReplyCollisionError
from enishi.inbox.models import KINDS, STATES
from enishi.inbox.queries import ConversationPage, Filters
from enishi.kernel.errors import EnishiError, InvalidInputError

_FILTERS = ("state", "channel", "assignee", "unread", "trouble", "kind", "text")


# --- reading -------------------------------------------------------------------------------


@require_GET
def index(request: WorkspaceRequest) -> HttpResponse:
    """The list; on wide screens beside an invitation to choose."""
    return render(request, "inbox/inbox.html", _list_context(request))


@require_GET
def conversation(request: WorkspaceRequest, conversation_id: UUID) -> HttpResponse:
    """The list with one conversation open."""
    return render(request, "inbox/inbox.html", _open_context(request, conversation_id))


@require_GET
def rows(request: WorkspaceRequest) -> HttpResponse:
    """The list again if anything changed since `seen`, else 204: asked every few seconds."""
    if request.GET.get("seen") == queries.revision(request.actor):
        return HttpResponse(status=204)
    return render(request, "inbox/_rows.html", _list_context(request))


@require_GET
def thread_messages(request: WorkspaceRequest, conversation_id: UUID) -> HttpResponse:
    """The messages again if they look different from what was `seen`, else 204."""
    thread = queries.thread(request.actor, conversation_id)
    if request.GET.get("seen") == thread.revision:
        return HttpResponse(status=204)
    return render(request, "inbox/_messages.html", {"thread": thread} | _rights(request))


@require_GET
def person(request: WorkspaceRequest, conversation_id: UUID) -> HttpResponse:
    """What the person did besides; a page by itself for browsers without scripts."""
    panel = panels.person(request.actor, conversation_id)
    part = bool(request.headers.get("HX-Request"))
    context = {
        "panel": panel,
        "row": queries.thread(request.actor, conversation_id).conversation,
        "can_see_log": request.actor.can(Permission.LOG_VIEW),
        "acts": panels.ACTS,
    }
    return render(request, "inbox/_person.html" if part else "inbox/person.html", context)


def _list_context(request: WorkspaceRequest) -> dict[str, Any]:
    filters = filters_of(request.GET)
    page = queries.conversations(request.actor, filters, cursor=request.GET.get("cursor", ""))
    kept = {name: request.GET[name] for name in _FILTERS if request.GET.get(name)}
    return {
        "page": page,
        "filters": filters,
        "query": urlencode(kept),
        "cursor": request.GET.get("cursor", ""),
        "counts": queries.counts(request.actor),
        "revision": queries.revision(request.actor),
        "channels": queries.channel_choices(request.actor),
        "colleagues": queries.colleagues(request.actor),
        "functions": FUNCTIONS,
        "kinds": KINDS,
        "states": STATES,
        "tabs": _tabs(),
        "checked": set(request.GET.getlist("conversation")),
        "open_id": request.GET.get("open", ""),
        "is_filtered": any(name != "state" for name in kept),
        **_rights(request),
    }


def _open_context(
    request: WorkspaceRequest, conversation_id: UUID, **more: object
) -> dict[str, Any]:
    thread = queries.thread(request.actor, conversation_id)
    context = _list_context(request)
    before, after = _neighbours(context["page"], conversation_id)
    return context | {
        "thread": thread,
        "row": thread.conversation,
        "counted": counting.untouched(thread.conversation.adapter),
        "open_id": str(conversation_id),
        "before": before,
        "after": after,
        **more,
    }


def _neighbours(page: ConversationPage, here: UUID) -> tuple[UUID | None, UUID | None]:
    """The conversations above and below in the list; without one, the first is below."""
    ids = [row.id for row in page.rows]
    if here not in ids:
        return None, ids[0] if ids else None
    place = ids.index(here)
    above = ids[place - 1] if place else None
    return above, ids[place + 1] if place + 1 < len(ids) else None


def _tabs() -> list[tuple[str, str, str]]:
    """State, label, and which count stands beside it."""
    return [
        ("open", _("Unresolved"), "open"),
        ("new", _("New"), "new"),
        ("pending", _("Pending"), "pending"),
        ("resolved", _("Resolved"), ""),
    ]


def _rights(request: WorkspaceRequest) -> dict[str, bool]:
    return {
        "can_reply": request.actor.can(Permission.INBOX_REPLY),
        "can_manage": request.actor.can(Permission.INBOX_MANAGE),
    }


def filters_of(given: QueryDict) -> Filters:
    """The filters in an address; without a state, what is open."""
    channel = given.get("channel", "")
    return Filters(
        state=given.get("state", "open").replace("all", ""),
        channel_id=_uuid(channel, "channel") if channel else None,
        assignee=given.get("assignee", ""),
        unread=bool(given.get("unread")),
        trouble=bool(given.get("trouble")),
        kind=given.get("kind", ""),
        text=given.get("text", "").strip(),
    )


def _uuid(text: str, field: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidInputError(_("This is not an identifier."), field=field) from error


# --- writing -------------------------------------------------------------------------------


@require_POST
def reply(request: WorkspaceRequest, conversation_id: UUID) -> HttpResponse:
    """Send an answer. If a colleague was faster, show theirs and ask."""
    text, force = request.POST.get("text", ""), bool(request.POST.get("force"))
    try:
        actions.reply(
            request.actor,
            conversation_id=conversation_id,
            text=text,
            seen_version=_version(request.POST.get("version", "")),
            force=force,
        )
    except EnishiError as error:
        return _reply_again(request, conversation_id, text, error)
    messages.success(request, _("Your answer is on its way."))
    return _back(request, conversation_id)


def _version(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _reply_again(
    request: WorkspaceRequest, conversation_id: UUID, text: str, error: EnishiError
) -> HttpResponse:
    """The page again with what was typed: a refusal loses nothing."""
    context = _open_context(
        request,
        conversation_id,
        typed=text,
        counted=counting.count(request.actor, conversation_id, text),
        refusal=error,
        collision=error if isinstance(error, ReplyCollisionError) else None,
    )
    return render(request, "inbox/inbox.html", context, status=error.status)


@require_POST
def count(request: WorkspaceRequest, conversation_id: UUID) -> HttpResponse:
    """What the network would say of the answer as it is now; asked while one types."""
    text = request.POST.get("text", "")
    counted = counting.count(request.actor, conversation_id, text)
    return render(request, "inbox/_count.html", {"counted": counted})


@require_POST
def retry(request: WorkspaceRequest, message_id: UUID) -> HttpResponse:
    """Send an answer again that did not go out."""
    message = actions.retry_reply(request.actor, message_id=message_id)
    return _back(request, message.conversation_id)


@require_POST
def mark_read(request: WorkspaceRequest, conversation_id: UUID) -> HttpResponse:
    """Mark as read; scripts ask for it when a conversation is opened."""
    actions.mark_read(request.actor, conversation_ids=[conversation_id])
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return _back(request, conversation_id)


@require_POST
def mark_unread(request: WorkspaceRequest, conversation_id: UUID) -> HttpResponse:
    """Mark as unread and go back to the list."""
    actions.mark_unread(request.actor, conversation_id=conversation_id)
    return _back(request)


@require_POST
def set_state(request: WorkspaceRequest, conversation_id: UUID) -> HttpResponse:
    """Resolve, park or reopen; after resolving, on to the next one of the list."""
    state = _state(request.POST.get("state", ""))
    actions.set_state(request.actor, conversation_ids=[conversation_id], state=state)
    if state is not ConversationState.RESOLVED:
        return _back(request, conversation_id)
    messages.success(request, _("Resolved."))
    following = request.POST.get("next", "")
    return _back(request, _uuid(following, "next") if following else None)


def _state(text: str) -> ConversationState:
    try:
        return ConversationState(text)
    except ValueError as error:
        raise InvalidInputError(_("This is not a state."), field="state") from error


@require_POST
def set_function(request: WorkspaceRequest, conversation_id: UUID) -> HttpResponse:
    """Say which function of the company a case serves."""
    chosen = request.POST.get("function", "")
    actions.set_function(request.actor, conversation_id=conversation_id, function=chosen)
    if not request.actor.serves([chosen] if chosen else []):
        return _back(request, None)
    return _back(request, conversation_id)


@require_POST
def assign(request: WorkspaceRequest, conversation_id: UUID) -> HttpResponse:
    """Give the conversation to a colleague, or to nobody."""
    chosen = request.POST.get("assignee", "")
    user_id = _uuid(chosen, "assignee") if chosen else None
    actions.assign(request.actor, conversation_id=conversation_id, user_id=user_id)
    return _back(request, conversation_id)


@require_POST
def add_note(request: WorkspaceRequest, conversation_id: UUID) -> HttpResponse:
    """Leave a note for colleagues."""
    text = request.POST.get("text", "")
    try:
        actions.add_note(request.actor, conversation_id=conversation_id, text=text)
    except EnishiError as error:
        context = _open_context(request, conversation_id, note_typed=text, note_refusal=error)
        return render(request, "inbox/inbox.html", context, status=error.status)
    return _back(request, conversation_id)


@require_POST
def bulk(request: WorkspaceRequest) -> HttpResponse:
    """Mark as read, or resolve, everything that is ticked."""
    ids = [_uuid(one, "conversation") for one in request.POST.getlist("conversation")]
    if not ids:
        messages.warning(request, _("Tick some conversations first."))
    elif request.POST.get("do") == "resolve":
        count = actions.resolve(request.actor, conversation_ids=ids)
        text = ngettext(
            "%(count)s conversation resolved.", "%(count)s conversations resolved.", count
        )
        messages.success(request, text % {"count": count})
    else:
        count = actions.mark_read(request.actor, conversation_ids=ids)
        text = ngettext(
            "%(count)s conversation marked as read.",
            "%(count)s conversations marked as read.",
            count,
        )
        messages.success(request, text % {"count": count})
    return _back(request)


def _back(request: WorkspaceRequest, conversation_id: UUID | None = None) -> HttpResponse:
    """To the conversation or the list, under the same filters."""
    slug = request.workspace.slug
    if conversation_id is None:
        address = reverse("inbox:index", args=[slug])
    else:
        address = reverse("inbox:conversation", args=[slug, conversation_id])
    query = request.GET.urlencode()
    return redirect(f"{address}?{query}" if query else address)
