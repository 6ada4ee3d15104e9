"""Settings pages and the one-time sign-in link."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from enishi.accounts import actions, queries
from enishi.accounts.forms import (
    ROLE_NAMES,
    InviteForm,
    MeForm,
    MyZoneForm,
    TokenForm,
    WorkspaceForm,
)
from enishi.accounts.models import FUNCTIONS, PLACEHOLDER_DOMAIN
from enishi.accounts.permissions import Permission, Role
from enishi.accounts.requests import WorkspaceRequest
from enishi.kernel.errors import EnishiError, InvalidInputError


def use_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Sign in by a one-time link; the button keeps link previews from using it up."""
    if request.method != "POST":
        return render(request, "accounts/sign_in_link.html")
    user = actions.use_sign_in_link(secret)
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return redirect("front_door")


@require_http_methods(["GET", "POST"])
def general(request: WorkspaceRequest) -> HttpResponse:
    """Name, language, zone, holidays."""
    workspace = request.workspace
    initial = {
        name: getattr(workspace, name)
        for name in ("name", "language", "time_zone", "country", "missed_after_hours")
    }
    form = WorkspaceForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            actions.update_workspace(request.actor, **form.cleaned_data)
        except EnishiError as error:
            form.add_error(error.field or None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:settings", workspace.slug)
    return render(request, "accounts/general.html", {"form": form, "tab": "general"})


@require_http_methods(["GET", "POST"])
def members(request: WorkspaceRequest) -> HttpResponse:
    """Who belongs to the workspace, and inviting more."""
    form, link = InviteForm(request.POST or None), ""
    if form.is_valid():
        try:
            membership, link = actions.invite_member(request.actor, **form.cleaned_data)
        except EnishiError as error:
            form.add_error(error.field or None, str(error))
        else:
            messages.success(request, _("%s is a member now.") % membership.user)
            form = InviteForm()
    context = {
        "form": form,
        "link": link,
        "members": queries.members(request.actor),
        "role_names": {role.value: name for role, name in ROLE_NAMES.items()},
        "functions": FUNCTIONS,
        "may_manage": request.actor.can(Permission.MEMBERS_MANAGE),
        "tab": "members",
    }
    return render(request, "accounts/members.html", context)


@require_POST
def change_role(request: WorkspaceRequest, membership_id: UUID) -> HttpResponse:
    confined = request.POST.getlist("functions") if "confined" in request.POST else None
    try:
        actions.change_role(
            request.actor, membership_id, role=request.POST.get("role", ""), functions=confined
        )
    except InvalidInputError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved."))
    return redirect("accounts:members", request.workspace.slug)


@require_POST
def remove_member(request: WorkspaceRequest, membership_id: UUID) -> HttpResponse:
    actions.remove_member(request.actor, membership_id)
    messages.success(request, _("Removed."))
    return redirect("accounts:members", request.workspace.slug)


@require_http_methods(["GET", "POST"])
def tokens(request: WorkspaceRequest) -> HttpResponse:
    """API tokens; the secret of a new one is shown once."""
    form, made = TokenForm(request.POST or None), None
    if form.is_valid():
        try:
            made = actions.create_token(request.actor, **form.cleaned_data)
        except EnishiError as error:
            form.add_error(error.field or None, str(error))
        else:
            form = TokenForm()
    context = {"form": form, "made": made, "tokens": queries.tokens(request.actor), "tab": "tokens"}
    return render(request, "accounts/tokens.html", context)


@require_POST
def revoke_token(request: WorkspaceRequest, token_id: UUID) -> HttpResponse:
    actions.revoke_token(request.actor, token_id)
    messages.success(request, _("The token no longer works."))
    return redirect("accounts:tokens", request.workspace.slug)


@require_http_methods(["GET", "POST"])
def delete_workspace(request: WorkspaceRequest) -> HttpResponse:
    """Delete everything, after the name was typed; a sample goes without asking twice."""
    typed = request.POST.get("name", "")
    if request.method == "POST" and (
        request.workspace.is_sample or typed == request.workspace.name
    ):
        actions.delete_workspace(request.actor)
        messages.success(request, _("The workspace and all that was in it are gone."))
        return redirect("front_door")
    context = {"tab": "general", "mistyped": request.method == "POST"}
    return render(request, "accounts/delete_workspace.html", context)


@require_http_methods(["GET", "POST"])
def me(request: WorkspaceRequest) -> HttpResponse:
    """The user's own name, address and password; passkeys and sessions are linked from here."""
    user = queries.signed_in(request.user)
    placeholder = user.email.endswith(PLACEHOLDER_DOMAIN)
    initial = {"name": user.name, "email": "" if placeholder else user.email}
    form = MeForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            user = actions.set_credentials(user, **form.cleaned_data)
        except EnishiError as error:
            form.add_error(error.field or None, str(error))
        else:
            update_session_auth_hash(request, user)
            messages.success(request, _("Saved. You can sign in with these from now on."))
            return redirect("accounts:me", request.workspace.slug)
    role = ROLE_NAMES[Role(request.actor.role)]
    context = {
        "form": form,
        "zone_form": MyZoneForm(initial={"time_zone": user.time_zone}),
        "role": role,
        "tab": "me",
    }
    return render(request, "accounts/me.html", context)


@require_POST
def my_zone(request: WorkspaceRequest) -> HttpResponse:
    """The zone in which the user sees times."""
    form = MyZoneForm(request.POST)
    if form.is_valid():
        actions.set_time_zone(queries.signed_in(request.user), form.cleaned_data["time_zone"])
        messages.success(request, _("You see times in this zone from now on."))
    else:
        messages.error(request, " ".join(map(str, form.errors["time_zone"])))
    return redirect("accounts:me", request.workspace.slug)
