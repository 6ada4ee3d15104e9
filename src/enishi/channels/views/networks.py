"""The registry of known networks, whether or not they can be connected."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.channels import known
from enishi.channels.forms import TIE_LABELS
from enishi.channels.manifest import TieModel


@require_GET
def index(request: WorkspaceRequest) -> HttpResponse:
    """All known networks, grouped by a scheme that one chooses."""
    request.actor.require(Permission.CHANNELS_VIEW)
    schemes = known.schemes()
    asked = request.GET.get("scheme", "")
    scheme = next((one for one in schemes if one.id == asked), schemes[0])
    context = {
        "schemes": schemes,
        "scheme": scheme,
        "groups": known.networks_by(scheme.id),
        "total": len(known.known_networks()),
    }
    return render(request, "channels/networks.html", context)


@require_GET
def detail(request: WorkspaceRequest, network_id: str) -> HttpResponse:
    """One network, as every scheme sees it."""
    request.actor.require(Permission.CHANNELS_VIEW)
    found = known.known_network(network_id)
    if found is None:
        raise Http404
    context = {"network": found, "tie_label": TIE_LABELS[TieModel(found.tie_model)]}
    return render(request, "channels/network.html", context)
