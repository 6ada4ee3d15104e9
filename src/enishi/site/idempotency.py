"""`Idempotency-Key` on REST writes: the same key gives the same answer for a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from enishi.kernel import clock
from enishi.site.models import KeptAnswer

KEPT_FOR = timedelta(days=1)
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
LONGEST_KEY = 200
GetResponse = Callable[[HttpRequest], HttpResponse]


class IdempotencyMiddleware:
    """Answers a repeated write from memory instead of doing it again.

    1. The key is taken by an insert that only one request can win.
    2. The winner's answer is kept, except for failures of the server, which free the key.
    3. Others get that answer, or 409 while it is not there, or 422 when they ask for
       something else under the same key.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")
        if not key or request.method not in WRITES or not request.path.startswith("/api/"):
            return self.get_response(request)
        if len(key) > LONGEST_KEY:
            return _problem(400, _("The Idempotency-Key is longer than 200 characters."))
        caller = sha256(request.headers.get("Authorization", "").encode()).hexdigest()
        print_of_request = _fingerprint(request)
        if (row := _take(caller, key, print_of_request)) is None:
            return _kept(KeptAnswer.objects.get(caller=caller, key=key), print_of_request)
        return self._answer(request, row)

    def _answer(self, request: HttpRequest, row: KeptAnswer) -> HttpResponse:
        response = None
        try:
            response = self.get_response(request)
        finally:
            if response is None or response.status_code >= 500 or response.streaming:  # noqa: PLR2004
                row.delete()
            else:
                row.status, row.body = response.status_code, response.content
                row.content_type = response.headers.get("Content-Type", "")
                row.save(update_fields=["status", "body", "content_type"])
        return response


def _fingerprint(request: HttpRequest) -> str:
    head = f"{request.method} {request.get_full_path()}\n".encode()
    return sha256(head + request.body).hexdigest()


def _take(caller: str, key: str, fingerprint: str) -> KeptAnswer | None:
    now = clock.now()
    KeptAnswer.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(
                caller=caller, key=key, fingerprint=fingerprint, created_at=now
            )
    except IntegrityError:
        return None


def _kept(row: KeptAnswer, fingerprint: str) -> HttpResponse:
    if row.fingerprint != fingerprint:
        return _problem(422, _("This Idempotency-Key was used for another request."))
    if not row.status:
        return _problem(409, _("The first request with this key is still being worked on."))
    response = HttpResponse(bytes(row.body), status=row.status, content_type=row.content_type)
    response["Idempotency-Replayed"] = "true"
    return response


def _problem(status: int, title: str) -> HttpResponse:
    body = {"type": "about:blank", "status": status, "title": title}
    return JsonResponse(body, status=status, content_type="application/problem+json")
