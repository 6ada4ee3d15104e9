"""Notes when a session was last used: once a minute, not with every page."""

from __future__ import annotations

from allauth.usersessions.middleware import UserSessionsMiddleware
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

_SECONDS = 60


class TrackedSessionsMiddleware(UserSessionsMiddleware):  # type: ignore[misc]  # no types there
    """allauth's list of sessions without five statements, one a write, on each request."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if key and cache.add(f"session-seen:{key}", 1, _SECONDS):
            tracked: HttpResponse = super().__call__(request)
            return tracked
        answer: HttpResponse = self.get_response(request)
        return answer
