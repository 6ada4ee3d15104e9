"""Settings → Webhooks: endpoints, their delivery log, tests and secrets."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enishi.accounts.formkit import attempt
from enishi.accounts.requests import WorkspaceRequest
from enishi.kernel.errors import EnishiError
from enishi.webhooks import actions, queries
from enishi.webhooks.core.states import SendingState
from enishi.webhooks.forms import EndpointForm

_OPEN = frozenset({SendingState.WAITING.value, SendingState.SENDING.value})


@require_http_methods(["GET", "POST"])
def index(request: WorkspaceRequest) -> HttpResponse:
    """Every endpoint, and adding one; the secret of a new one is shown once."""
    form, made = EndpointForm(request.POST or None), None
    if form.is_valid():
        made = attempt(form, lambda: actions.add_endpoint(request.actor, **form.values()))
        form = EndpointForm() if made else form
    context = {
        "form": form,
        "made": made,
        "endpoints": queries.endpoints(request.actor),
        "tab": "webhooks",
    }
    return render(request, "webhooks/index.html", context)


@require_GET
def detail(request: WorkspaceRequest, endpoint_id: UUID) -> HttpResponse:
    """One endpoint with its delivery log."""
    context = _context(request, endpoint_id)
    only_log = request.headers.get("HX-Target") == "webhook-log"
    return render(request, "webhooks/_log.html" if only_log else "webhooks/detail.html", context)


def _context(request: WorkspaceRequest, endpoint_id: UUID) -> dict[str, Any]:
    show = request.GET.get("show", "")
    state = show if show in set(SendingState) else ""
    page = queries.sendings(
        request.actor, endpoint_id=endpoint_id, state=state, cursor=request.GET.get("after", "")
    )
    return {
        "endpoint": queries.endpoint(request.actor, endpoint_id=endpoint_id),
        "page": page,
        "show": state,
        "moving": any(item.state in _OPEN for item in page.items),
        "tab": "webhooks",
    }


@require_http_methods(["GET", "POST"])
def edit(request: WorkspaceRequest, endpoint_id: UUID) -> HttpResponse:
    """Change an endpoint."""
    endpoint = queries.endpoint(request.actor, endpoint_id=endpoint_id)
    initial = {
        "url": endpoint.url,
        "description": endpoint.description,
        "events": list(endpoint.events),
    }
    form = EndpointForm(request.POST or None, initial=initial)
    changed = None
    if form.is_valid():
        change = partial(actions.change_endpoint, request.actor, endpoint_id=endpoint_id)
        changed = attempt(form, lambda: change(**form.values()))
    if changed:
        messages.success(request, _("Saved."))
        return redirect("webhooks:detail", request.workspace.slug, endpoint_id)
    context = {"form": form, "endpoint": endpoint, "tab": "webhooks"}
    return render(request, "webhooks/edit.html", context)


_STEPS: dict[str, tuple[Callable[..., Any], Any]] = {
    "pause": (actions.pause, gettext_lazy("It is told nothing for now.")),
    "resume": (actions.resume, gettext_lazy("It is told again.")),
    "test": (actions.send_test, gettext_lazy("A test is on its way.")),
}


@require_POST
def act(request: WorkspaceRequest, endpoint_id: UUID, step: str) -> HttpResponse:
    """Pause, resume, test, remove, or make a new secret, which is shown once."""
    try:
        if step == "rotate":
            made = actions.rotate_secret(request.actor, endpoint_id=endpoint_id)
            context = _context(request, endpoint_id) | {"made": made}
            return render(request, "webhooks/detail.html", context)
        if step == "remove":
            actions.remove_endpoint(request.actor, endpoint_id=endpoint_id)
            messages.success(request, _("The webhook is removed."))
            return redirect("webhooks:index", request.workspace.slug)
        if step not in _STEPS:
            raise Http404
        action, done = _STEPS[step]
        action(request.actor, endpoint_id=endpoint_id)
    except EnishiError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("webhooks:detail", request.workspace.slug, endpoint_id)


@require_POST
def resend(request: WorkspaceRequest, sending_id: UUID) -> HttpResponse:
    """Send one event again."""
    found = actions.resend(request.actor, sending_id=sending_id)
    messages.success(request, _("It is sent once more."))
    return redirect("webhooks:detail", request.workspace.slug, found.endpoint_id)
