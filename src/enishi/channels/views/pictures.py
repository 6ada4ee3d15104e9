"""Pictures of other servers, shown through us."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from enishi.channels import elsewhere as proxy

_SECONDS = 24 * 3600
_SOON = 600


@require_safe
def elsewhere(request: HttpRequest, signature: str, told: str) -> HttpResponse:
    """A picture that one of our pages shows; for any other address there is nothing here."""
    del request
    seconds = _SECONDS
    try:
        wanted = proxy.read(signature, told)
        content = proxy.picture(wanted)
    except proxy.NoPictureError as error:
        if not error.is_face:
            raise Http404 from error
        content, seconds = proxy.nothing(), _SOON
    except proxy.BusyError:
        return HttpResponse(status=503, headers={"Retry-After": "5"})
    response = HttpResponse(content, content_type=proxy.MEDIA_TYPE)
    response["Cache-Control"] = f"public, max-age={seconds}, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
