"""The front door, the first run, the choice of language, and the error pages."""

from __future__ import annotations

import zoneinfo

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from enishi.accounts import actions, queries
from enishi.accounts.formkit import attempt
from enishi.accounts.forms import FirstRunForm
from enishi.accounts.models import User, Workspace
from enishi.hub.site import places
from enishi.hub.site import views as hub
from enishi.site.middleware import LANGUAGE_COOKIE

YEAR = 365 * 24 * 3600
ZONE_OF_LANGUAGE = {"ja": "Asia/Tokyo", "en": "UTC"}


def front_door(request: HttpRequest) -> HttpResponse:
    """To the first run, the sign-in page, or the user's workspace; a hub's own host shows it."""
    if handle := places.at_home(request):
        return hub.profile(request, handle=handle)
    if not request.user.is_authenticated:
        if queries.needs_first_run():
            return render(request, "site/not_set_up.html")
        return redirect("account_login")
    workspace = queries.workspaces_of(queries.signed_in(request.user).pk).first()
    return redirect("home", workspace.slug) if workspace else redirect("first_run")


@login_required
@require_http_methods(["GET", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    """Language, zone and name; also how a user without a workspace makes one."""
    language = request.LANGUAGE_CODE
    initial = {"language": language, "time_zone": _guessed_zone(request, language)}
    user = queries.signed_in(request.user)
    form = FirstRunForm(request.POST or None, initial=initial)
    if user.has_usable_password():
        del form.fields["email"], form.fields["password"]
    if form.is_valid() and (workspace := attempt(form, lambda: _set_up(user, form.cleaned_data))):
        response = redirect("first_steps")
        _remember_language(response, workspace.language)
        if user.has_usable_password():
            update_session_auth_hash(request, user)
        return response
    return render(request, "site/first_run.html", {"form": form})


@login_required
def first_steps(request: HttpRequest) -> HttpResponse:
    """Connect a channel, import what you have, or look around with sample data."""
    workspace = (
        queries.workspaces_of(queries.signed_in(request.user).pk).filter(is_sample=False).last()
    )
    if workspace is None:
        return redirect("front_door")
    return render(request, "site/first_steps.html", {"mine": workspace})


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie, and with the user when signed in."""
    language = request.POST.get("language", "")
    after = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(after, allowed_hosts={request.get_host()})
    response = redirect(after if safe else "/")
    if language in ZONE_OF_LANGUAGE:
        _remember_language(response, language)
        if request.user.is_authenticated:
            actions.set_language(queries.signed_in(request.user), language)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return _error(request, 400, _("This request could not be understood."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return _error(request, 403, _("You are not allowed to see this."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return _error(request, 404, _("There is nothing at this address."))


def broken(request: HttpRequest) -> HttpResponse:
    return _error(request, 500, _("Something broke. It was written to the log."))


def _error(request: HttpRequest, status: int, message: str) -> HttpResponse:
    context = {"error": {"message": message, "status": status}}
    return render(request, "site/error.html", context, status=status)


def _set_up(user: User, cleaned: dict[str, str]) -> Workspace:
    """Credentials, when given, and the workspace: both or neither."""
    with transaction.atomic():
        if cleaned.get("email") or cleaned.get("password"):
            actions.set_credentials(
                user, name=user.name, email=cleaned["email"], password=cleaned["password"]
            )
        actions.set_language(user, cleaned["language"])
        return actions.create_workspace(
            user,
            name=cleaned["name"],
            language=cleaned["language"],
            time_zone=cleaned["time_zone"],
            organisation_id=queries.organisation_of(user.pk),
        )


def _guessed_zone(request: HttpRequest, language: str) -> str:
    """The zone that the browser told in a cookie, else the usual one of the language."""
    told = request.COOKIES.get("enishi_zone", "")
    return told if told in zoneinfo.available_timezones() else ZONE_OF_LANGUAGE[language]


def _remember_language(response: HttpResponse, language: str) -> None:
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR, samesite="Lax", httponly=True)
