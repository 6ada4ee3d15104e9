"""Hub: looks, links, comments and events of the public site."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from enishi.accounts.formkit import attempt
from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.hub import keeping, queries, residence, turnout
from enishi.hub.forms import HostForm, InvitationForm, LinkForm, LooksForm, RegistrationForm
from enishi.hub.models import CommentState, Gathering, Hub, Subscriber, SubscriberState
from enishi.hub.protocol import texts
from enishi.hub.site import colours


def _context(request: WorkspaceRequest, tab: str) -> dict[str, Any]:
    hub = keeping.hub_of(request.actor)
    waiting = queries.waiting(request.actor)
    return {"tab": tab, "account": keeping.organisation(hub), "hub": hub, "waiting": waiting}


@require_http_methods(["GET", "HEAD", "POST"])
def looks(request: WorkspaceRequest) -> HttpResponse:
    """How the hub looks, and what visitors may do."""
    context = _context(request, "looks")
    account, theme = context["account"], keeping.theme_of(context["hub"])
    initial = {name: getattr(theme, name) for name in LooksForm.base_fields if hasattr(theme, name)}
    initial |= {
        "name": account.name,
        "about": texts.to_text(account.summary),
        "discoverable": account.discoverable,
    }
    form = LooksForm(request.POST or None, request.FILES or None, initial=initial)
    if form.is_valid():
        given = dict(form.cleaned_data)
        saved = attempt(form, lambda: keeping.save_looks(request.actor, keeping.Looks(**given)))
        if saved is not None:
            _tell_about_colour(request, saved.accent)
            return redirect("hub:looks", request.workspace.slug)
    readers = Subscriber.objects.filter(hub=context["hub"], state=SubscriberState.ACTIVE).count()
    shown = {"form": form, "readers": readers, "host_form": _host_form(request, context["hub"])}
    return render(request, "hub/keep/looks.html", context | shown)


def _host_form(request: WorkspaceRequest, hub: Hub) -> HostForm | None:
    """For those who may decide it."""
    if not request.actor.can(Permission.CHANNELS_MANAGE):
        return None
    return HostForm(initial={"host": hub.host})


@require_POST
def use_host(request: WorkspaceRequest) -> HttpResponse:
    """Give the hub a host name of its own."""
    form = HostForm(request.POST)
    if form.is_valid():
        host = form.cleaned_data["host"]
        if attempt(form, lambda: residence.use_host(request.actor, host=host)) is not None:
            messages.success(request, _("Saved."))
            return redirect("hub:looks", request.workspace.slug)
    context = _context(request, "looks") | {"host_form": form}
    return render(request, "hub/keep/host.html", context, status=400)


def _tell_about_colour(request: WorkspaceRequest, accent: str) -> None:
    found = colours.accent(accent)
    if found.is_adapted:
        text = _("Saved. The colour is hard to read on paper, so %(shade)s is used there.")
        messages.warning(request, text % {"shade": found.light})
    else:
        messages.success(request, _("Saved."))


@require_http_methods(["GET", "HEAD", "POST"])
def links(request: WorkspaceRequest) -> HttpResponse:
    """The link page: its lines, and adding one."""
    context = _context(request, "links")
    form = LinkForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        if attempt(form, lambda: keeping.add_link(request.actor, **given)) is not None:
            return redirect("hub:links", request.workspace.slug)
    rows = list(context["hub"].links.all())
    return render(request, "hub/keep/links.html", context | {"form": form, "links": rows})


@require_POST
def change_link(request: WorkspaceRequest, link_id: UUID, step: str) -> HttpResponse:
    """Move a link up or down, or remove it."""
    if step == "remove":
        keeping.remove_link(request.actor, link_id=link_id)
    elif step in {"up", "down"}:
        keeping.move_link(request.actor, link_id=link_id, up=step == "up")
    else:
        raise Http404
    return redirect("hub:links", request.workspace.slug)


@require_safe
def comments(request: WorkspaceRequest) -> HttpResponse:
    """Comments that wait, and those that were decided."""
    state = request.GET.get("state", CommentState.HELD.value)
    if state not in CommentState.values:
        raise Http404
    context = _context(request, "comments") | {
        "state": state,
        "states": CommentState.choices,
        "comments": keeping.comments(request.actor, state),
    }
    return render(request, "hub/keep/comments.html", context)


@require_POST
def decide(request: WorkspaceRequest, comment_id: UUID, step: str) -> HttpResponse:
    """Show or refuse a comment; back to where one was."""
    if step not in {"show", "refuse"}:
        raise Http404
    keeping.decide_comment(request.actor, comment_id=comment_id, show=step == "show")
    conversation = request.POST.get("conversation", "")
    if conversation:
        return redirect("inbox:conversation", request.workspace.slug, conversation)
    return redirect("hub:comments", request.workspace.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def events(request: WorkspaceRequest) -> HttpResponse:
    """The events, and inviting to a new one."""
    form = InvitationForm(request.POST or None)
    if form.is_valid():
        invitation = keeping.Invitation(**form.cleaned_data)
        if attempt(form, lambda: keeping.invite(request.actor, invitation)) is not None:
            messages.success(request, _("The event is on its way; open its registration here."))
            return redirect("hub:events", request.workspace.slug)
    context = _context(request, "events") | {"form": form, "events": keeping.events(request.actor)}
    return render(request, "hub/keep/events.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def event(request: WorkspaceRequest, event_id: UUID) -> HttpResponse:
    """An event: how people register, and who did."""
    thing = keeping.event(request.actor, event_id)
    known = Gathering.objects.filter(thing=thing).first() or Gathering(thing=thing)
    initial = {name: getattr(known, name) for name in RegistrationForm.base_fields}
    form = RegistrationForm(request.POST or None, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        saved = attempt(
            form,
            lambda: keeping.open_registration(request.actor, event_id=event_id, **given),
        )
        if saved is not None:
            messages.success(request, _("Saved."))
            return redirect("hub:event", request.workspace.slug, event_id)
    context = _context(request, "events") | {
        "form": form,
        "event": thing,
        "guests": keeping.guests(request.actor, event_id),
        "turnout": turnout.of_event(request.actor, event_id),
    }
    return render(request, "hub/keep/event.html", context)


@require_POST
def attend(request: WorkspaceRequest, event_id: UUID, guest_id: UUID) -> HttpResponse:
    """Note that a guest came, or did not."""
    keeping.note_attendance(
        request.actor,
        event_id=event_id,
        registration_id=guest_id,
        came=request.POST.get("came") == "1",
    )
    return redirect("hub:event", request.workspace.slug, event_id)


@require_safe
def guests(request: WorkspaceRequest, event_id: UUID) -> HttpResponse:
    """The list of guests for a spreadsheet; the mark at the start tells it the encoding."""
    body = "\ufeff" + keeping.guest_list(request.actor, event_id)
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="guests.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
