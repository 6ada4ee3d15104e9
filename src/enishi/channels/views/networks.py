"""The registry of known networks, whether or not they can be connected."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.channels import known, registry
from enishi.channels.forms import TIE_LABELS
from enishi.channels.manifest import Reconcile, TieModel


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
    context = {
        "network": found,
        "tie_label": TIE_LABELS[TieModel(found.tie_model)],
        "reconcile": _reconcile(network_id),
    }
    return render(request, "channels/network.html", context)


_RECONCILE = {
    Reconcile.KEY: _("When an answer is lost, Enishi asks by a key of its own."),
    Reconcile.READBACK: _("When an answer is lost, Enishi compares the account's recent posts."),
    Reconcile.PERSON: _("When an answer is lost, a person must look: it cannot be asked."),
}


def _reconcile(network_id: str) -> object:
    """How it is found out whether a post arrived; empty for what cannot be published on."""
    kinds = {kind.manifest.id: kind.manifest for kind in registry.all()}
    publishing = kinds[network_id].publishing if network_id in kinds else None
    return _RECONCILE[publishing.reconcile] if publishing else ""
