"""The root of the REST surface: `/api/v1/`, bearer tokens, problem details (RFC 9457)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import HttpBearer

from enishi import __version__
from enishi.accounts import actions, queries
from enishi.accounts.permissions import Actor
from enishi.kernel.errors import EnishiError
from enishi.site.discovery import surfaces


class TokenAuth(HttpBearer):
    """`Authorization: Bearer enishi_…`: sets `request.actor`."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        found = queries.token_actor(token)
        if found is None:
            return None
        actor, row = found
        actions.touch_token(row)
        request.actor = actor  # type: ignore[attr-defined]
        return actor


api = NinjaAPI(
    title="Enishi",
    version=__version__,
    description="Everything that the pages of Enishi can do. Times are ISO 8601 with a zone.",
    auth=TokenAuth(),
    urls_namespace="api",
)


def problem(request: HttpRequest, status: int, title: object, **more: Any) -> HttpResponse:
    """A problem details answer."""
    body = {"type": "about:blank", "status": status, "title": str(title), **more}
    response = api.create_response(request, body, status=status)
    response["Content-Type"] = "application/problem+json"
    return response


@api.exception_handler(EnishiError)
def refused(request: HttpRequest, error: EnishiError) -> HttpResponse:
    more = {"field": error.field, "remedy": str(error.remedy), "code": error.code}
    return problem(request, error.status, error.message, **{k: v for k, v in more.items() if v})


@api.exception_handler(AuthenticationError)
def unauthenticated(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    response = problem(request, 401, _("A valid API token is needed."), code="unauthenticated")
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = [
        {"field": ".".join(str(part) for part in item["loc"][1:]), "message": item["msg"]}
        for item in error.errors
    ]
    return problem(
        request,
        422,
        _("The request does not fit the description."),
        code="malformed",
        errors=fields,
    )


@api.exception_handler(PermissionDenied)
def denied(request: HttpRequest, _error: PermissionDenied) -> HttpResponse:
    return problem(request, 403, _("You are not allowed to do this."), code="not-allowed")


for _name, module in surfaces("api"):
    api.add_router("", module.router)
