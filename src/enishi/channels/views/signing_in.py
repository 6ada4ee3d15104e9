"""Connecting by OAuth: choose the server, sign in there, come back with or without a code."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.channels import actions, pending, queries, registry
from enishi.channels.actions import authorising
from enishi.channels.actions.authorising import OUT_OF_BAND, Begun, SignedIn
from enishi.channels.forms import CodeForm, SignInForm
from enishi.kernel.errors import EnishiError

BY_CODE = "code"


@require_http_methods(["GET", "POST"])
def begin(request: WorkspaceRequest, adapter: str) -> HttpResponse:
    """Step 2 of connecting: which server."""
    request.actor.require(Permission.CHANNELS_MANAGE)
    manifest = registry.get(adapter).manifest
    form = SignInForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            begun = _begin(request, adapter, form.cleaned_data["service_url"])
        except EnishiError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return redirect("channels:sign_in", request.workspace.slug, begun.id)
    status = 422 if form.is_bound else 200
    context = {"form": form, "manifest": manifest}
    return render(request, "channels/server.html", context, status=status)


@require_http_methods(["POST"])
def again(request: WorkspaceRequest, channel_id: UUID) -> HttpResponse:
    """Sign in once more, for a channel that is there already."""
    request.actor.require(Permission.CHANNELS_MANAGE)
    card = queries.channel(request.actor, channel_id).card
    try:
        begun = _begin(request, card.adapter, card.service_url, channel_id)
    except EnishiError as error:
        messages.error(request, str(error))
        return redirect("channels:detail", request.workspace.slug, channel_id)
    return redirect("channels:sign_in", request.workspace.slug, begun.id)


def _begin(
    request: WorkspaceRequest, adapter: str, service_url: str, channel_id: UUID | None = None
) -> Begun:
    back = reverse("channels:signed_in", args=[request.workspace.slug, adapter])
    by_code = request.POST.get("by") == BY_CODE
    return actions.begin_sign_in(
        request.actor,
        adapter=adapter,
        service_url=service_url,
        redirect_uri=OUT_OF_BAND if by_code else request.build_absolute_uri(back),
        channel_id=channel_id,
    )


@require_http_methods(["GET", "POST"])
def sign_in(request: WorkspaceRequest, sign_in_id: UUID) -> HttpResponse:
    """The way to the server, and the field for its code where it shows one.

    A link and not a redirect: pages may only send their forms to Enishi itself.
    """
    begun = authorising.waiting(request.actor, sign_in_id)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            done = actions.finish_sign_in(
                request.actor, code=form.cleaned_data["code"], sign_in_id=sign_in_id
            )
        except EnishiError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            return _go_on(request, done)
    context = {
        "form": form,
        "begun": begun,
        "manifest": registry.get(begun.adapter).manifest,
        "host": begun.service_url.partition("://")[2],
    }
    status = 422 if form.errors else 200
    return render(request, "channels/sign_in.html", context, status=status)


@require_GET
def signed_in(request: WorkspaceRequest, adapter: str) -> HttpResponse:
    """Where the server sends the person back to."""
    state = request.GET.get("state", "")
    if not request.GET.get("code"):
        return _declined(request, adapter, state)
    try:
        done = actions.finish_sign_in(request.actor, code=request.GET["code"], state=state)
    except EnishiError as error:
        messages.error(request, str(error))
        return redirect("channels:connect", request.workspace.slug, adapter)
    return _go_on(request, done)


def _declined(request: WorkspaceRequest, adapter: str, state: str) -> HttpResponse:
    begun = authorising.give_up(request.actor, state=state)
    messages.warning(request, _("The server says that it was not agreed to. Nothing was saved."))
    if begun is not None and begun.channel_id is not None:
        return redirect("channels:detail", request.workspace.slug, begun.channel_id)
    return redirect("channels:connect", request.workspace.slug, adapter)


def _go_on(request: WorkspaceRequest, done: SignedIn) -> HttpResponse:
    """A new account is looked at before it is saved; a known one has what it needs."""
    if done.channel_id is None:
        pending.keep(request.session, done.verified)
        return redirect("channels:confirm", request.workspace.slug, done.verified.adapter)
    try:
        authorising.keep(request.actor, done)
    except EnishiError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Reconnected. What waited goes on."))
    return redirect("channels:detail", request.workspace.slug, done.channel_id)
