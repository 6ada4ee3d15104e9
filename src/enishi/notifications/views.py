"""The bell, its page, and the page on which a person chooses what to be told."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings as configuration
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enishi.accounts import queries as accounts
from enishi.accounts.models import PLACEHOLDER_DOMAIN
from enishi.accounts.requests import WorkspaceRequest
from enishi.notifications import actions, queries
from enishi.notifications.forms import ChoicesForm


@require_GET
def index(request: WorkspaceRequest) -> HttpResponse:
    """What the person was told, the latest first."""
    unread_only = request.GET.get("show") == "unread"
    page = queries.listed(
        request.actor, unread_only=unread_only, cursor=request.GET.get("after", "")
    )
    context = {"page": page, "unread_only": unread_only}
    return render(request, "notifications/index.html", context)


@require_GET
def bell(request: WorkspaceRequest) -> HttpResponse:
    """The bell with its count, which asks for itself again now and then."""
    return render(request, "notifications/_bell.html")


@require_POST
def follow(request: WorkspaceRequest, notification_id: UUID) -> HttpResponse:
    """Mark it as read and go where it leads."""
    found = actions.open_one(request.actor, notification_id=notification_id)
    return redirect(f"/w/{request.workspace.slug}/{found.path}")


@require_POST
def read_one(request: WorkspaceRequest, notification_id: UUID) -> HttpResponse:
    actions.mark_read(request.actor, notification_ids=[notification_id])
    return redirect("notifications:index", request.workspace.slug)


@require_POST
def read_all(request: WorkspaceRequest) -> HttpResponse:
    if actions.mark_read(request.actor):
        messages.success(request, _("Everything is marked as read."))
    return redirect("notifications:index", request.workspace.slug)


@require_http_methods(["GET", "POST"])
def settings(request: WorkspaceRequest) -> HttpResponse:
    """Which news, in which way."""
    form = ChoicesForm(request.POST or None, chosen=queries.choices(request.actor))
    if form.is_valid():
        actions.choose(request.actor, choices=form.choices())
        messages.success(request, _("Saved."))
        return redirect("notifications:settings", request.workspace.slug)
    address = accounts.signed_in(request.user).email
    context = {
        "form": form,
        "tab": "notifications",
        "address": "" if address.endswith(PLACEHOLDER_DOMAIN) else address,
        "mail_folder": getattr(configuration, "EMAIL_FILE_PATH", "")
        if configuration.EMAIL_BACKEND.endswith("filebased.EmailBackend")
        else "",
    }
    return render(request, "notifications/settings.html", context)
