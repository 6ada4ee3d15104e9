"""The connect wizard: choose a network, prove the account, look at it, keep it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.channels import actions, pending, queries, registry
from enishi.channels.contract import Capability
from enishi.channels.forms import ConnectForm, PlanForm
from enishi.channels.views import signing_in
from enishi.kernel.errors import EnishiError

BY_TOKEN = "token"  # noqa: S105 - a word of the address


@require_GET
def choose(request: WorkspaceRequest) -> HttpResponse:
    """Step 1: which network."""
    request.actor.require(Permission.CHANNELS_MANAGE)
    context = {"manifests": queries.networks(request.actor)}
    return render(request, "channels/choose.html", context)


@require_http_methods(["GET", "POST"])
def connect(request: WorkspaceRequest, adapter: str) -> HttpResponse:
    """Step 2: what the network asks for; it is verified before anything is kept."""
    request.actor.require(Permission.CHANNELS_MANAGE)
    manifest = registry.get(adapter).manifest
    if manifest.oauth and request.GET.get("by") != BY_TOKEN:
        return signing_in.begin(request, adapter)
    form = ConnectForm(manifest, _posted(request))
    if form.is_valid():
        try:
            verified = actions.verify_account(
                request.actor,
                adapter=adapter,
                service_url=form.service_url(),
                fields=form.given(),
            )
        except EnishiError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            pending.keep(request.session, verified)
            return redirect("channels:confirm", request.workspace.slug, adapter)
    status = 422 if form.is_bound else 200
    return render(
        request, "channels/connect.html", {"form": form, "manifest": manifest}, status=status
    )


@require_http_methods(["GET", "POST"])
def confirm(request: WorkspaceRequest, adapter: str) -> HttpResponse:
    """Step 3: the account as the network describes it; saving it, with its first answers."""
    request.actor.require(Permission.CHANNELS_MANAGE)
    verified = pending.kept(request.session, adapter)
    if verified is None:
        messages.warning(request, _("That took too long: please enter it once more."))
        return redirect("channels:connect", request.workspace.slug, adapter)
    manifest = registry.get(adapter).manifest
    form = PlanForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                channel = actions.save_account(request.actor, verified)
                if manifest.supports(Capability.PUBLISH):
                    actions.activate(request.actor, channel.id, form.plan())
        except EnishiError as error:
            form.add_error(None, str(error))
        else:
            pending.drop(request.session)
            messages.success(request, _("Connected. It is being read now."))
            return redirect("channels:detail", request.workspace.slug, channel.id)
    context = {
        "form": form,
        "manifest": manifest,
        "account": verified.account,
        "asks_plan": manifest.supports(Capability.PUBLISH),
    }
    return render(request, "channels/confirm.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def reconnect(request: WorkspaceRequest, channel_id: UUID) -> HttpResponse:
    """New credentials for the same account."""
    request.actor.require(Permission.CHANNELS_MANAGE)
    found = queries.channel(request.actor, channel_id)
    initial = {"service_url": found.card.service_url, "handle": found.card.handle}
    form = ConnectForm(found.manifest, _posted(request), initial=initial)
    if form.is_valid():
        try:
            actions.reconnect_channel(
                request.actor, channel_id, fields=form.given(), service_url=form.service_url()
            )
        except EnishiError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Reconnected. What waited goes on."))
            return redirect("channels:detail", request.workspace.slug, channel_id)
    context = {"form": form, "manifest": found.manifest, "card": found.card}
    status = 422 if form.is_bound else 200
    return render(request, "channels/reconnect.html", context, status=status)


@require_http_methods(["GET", "POST"])
def disconnect(request: WorkspaceRequest, channel_id: UUID) -> HttpResponse:
    """Say what would happen, then do it."""
    request.actor.require(Permission.CHANNELS_MANAGE)
    if request.method == "POST":
        actions.disconnect_channel(request.actor, channel_id)
        messages.success(request, _("Disconnected. Posts and log stay."))
        return redirect("channels:index", request.workspace.slug)
    context = {
        "card": queries.channel(request.actor, channel_id).card,
        "consequences": queries.consequences_of_disconnecting(request.actor, channel_id),
    }
    return render(request, "channels/disconnect.html", context)


def _posted(request: WorkspaceRequest) -> QueryDict | None:
    """What was sent; None when the form is only looked at."""
    return request.POST if request.method == "POST" else None
