"""The short way to the inbox: no sessions, languages and pages for servers that deliver."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotFound

from enishi.hub.federation import views
from enishi.hub.protocol import addresses

GetResponse = Callable[[HttpRequest], HttpResponse]

_INBOX = re.compile(rf"/(?:{addresses.INBOX}|{addresses.ACTORS}/([0-9a-f-]{{36}})/inbox)")


class InboxMiddleware:
    """Stands before all others and takes what is posted to an inbox."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = _INBOX.fullmatch(request.path_info) if request.method == "POST" else None
        if found is None:
            return self.get_response(request)
        try:
            response = views.inbox(request, UUID(found[1]) if found[1] else None)
        except (Http404, ValueError):
            response = HttpResponseNotFound()
        response["Content-Length"] = str(len(response.content))
        return response
