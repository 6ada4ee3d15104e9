"""`/healthz`."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from enishi import __version__


def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok", "version": __version__})
