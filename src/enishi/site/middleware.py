"""Who asks, in which workspace and language, and what they read when something is wrong."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from enishi.accounts import current, queries
from enishi.accounts.permissions import Via
from enishi.kernel.errors import EnishiError

GetResponse = Callable[[HttpRequest], HttpResponse]

LANGUAGE_COOKIE = "enishi_language"


class LanguageMiddleware:
    """Chosen language (cookie), else the browser's."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
        language = (
            chosen if chosen in {"ja", "en"} else translation.get_language_from_request(request)
        )
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class WorkspaceMiddleware:
    """Below `/w/<slug>/`: sets `request.workspace` and `request.actor`.

    Those who are not members see no difference between a workspace that is not theirs and
    one that does not exist.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        finally:
            current.announce(None)
            timezone.deactivate()

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        slug = kwargs.pop("workspace_slug", None)
        if slug is None:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        found = queries.membership(request.user.pk, slug)
        if found is None:
            raise Http404
        zone = queries.signed_in(request.user).time_zone
        current.announce(found.workspace, time_zone=zone)
        request.workspace = found.workspace  # type: ignore[attr-defined]
        request.actor = queries.actor(found, Via.HTML)  # type: ignore[attr-defined]
        timezone.activate(zoneinfo.ZoneInfo(current.reading_zone(found.workspace)))
        return None


class ErrorMiddleware:
    """Turns an EnishiError that no form caught into a page or an htmx message."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, EnishiError):
            return None
        partial = bool(getattr(request, "htmx", False))
        template = "site/_error.html" if partial else "site/error.html"
        response = render(request, template, {"error": error}, status=error.status)
        if partial:
            response["HX-Retarget"], response["HX-Reswap"] = "#toasts", "beforeend"
        return response
