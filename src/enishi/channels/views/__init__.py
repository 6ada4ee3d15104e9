"""The HTML surface of channels: the list, and the page of one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from enishi.accounts.permissions import Actor, Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.channels import actions, queries
from enishi.channels.forms import (
    TIE_LABELS,
    ItemForm,
    OwnersForm,
    PlanForm,
    ReadersForm,
    TaxonomyForm,
)
from enishi.channels.manifest import TieModel
from enishi.kernel.errors import EnishiError

SHOW_ALL = "all"


@require_GET
def index(request: WorkspaceRequest) -> HttpResponse:
    """Every account of the workspace, and how it is."""
    everything = request.GET.get("show") == SHOW_ALL
    cards = queries.channels(request.actor, archived=everything)
    context = {
        "cards": cards,
        "everything": everything,
        "without_backup": sum(card.backup_owner is None for card in cards if card.is_connected),
    }
    return render(request, "channels/index.html", context)


@require_GET
def detail(request: WorkspaceRequest, channel_id: UUID) -> HttpResponse:
    """One channel: health, activation, people, classification."""
    return _page(request, channel_id)


@require_POST
def read_now(request: WorkspaceRequest, channel_id: UUID) -> HttpResponse:
    actions.read_now(request.actor, channel_id)
    messages.success(request, _("The channel is being read."))
    return redirect("channels:detail", request.workspace.slug, channel_id)


@require_POST
def pause(request: WorkspaceRequest, channel_id: UUID) -> HttpResponse:
    actions.pause_channel(request.actor, channel_id)
    messages.success(request, _("Paused: nothing is read and nothing goes out."))
    return redirect("channels:detail", request.workspace.slug, channel_id)


@require_POST
def resume(request: WorkspaceRequest, channel_id: UUID) -> HttpResponse:
    actions.resume_channel(request.actor, channel_id)
    messages.success(request, _("The channel goes on."))
    return redirect("channels:detail", request.workspace.slug, channel_id)


@require_POST
def owners(request: WorkspaceRequest, channel_id: UUID) -> HttpResponse:
    """Save owner and backup."""
    form = OwnersForm(request.actor, request.POST)

    def save() -> object:
        return actions.set_owners(request.actor, channel_id, **form.cleaned_data)

    return _saved(request, channel_id, form, save, "owners_form")


@require_POST
def readers(request: WorkspaceRequest, channel_id: UUID) -> HttpResponse:
    """Save who reads the channel, and whom in the company it serves."""
    form = ReadersForm(request.POST)

    def save() -> object:
        return actions.set_readers(request.actor, channel_id, **form.cleaned_data)

    return _saved(request, channel_id, form, save, "readers_form")


@require_POST
def plan(request: WorkspaceRequest, channel_id: UUID) -> HttpResponse:
    """Answer several points of the activation list."""
    form = PlanForm(request.POST)

    def save() -> object:
        return actions.activate(request.actor, channel_id, form.plan())

    return _saved(request, channel_id, form, save, "plan_form")


@require_POST
def activation(request: WorkspaceRequest, channel_id: UUID) -> HttpResponse:
    """Settle or reopen one point."""
    form = ItemForm(request.POST)

    def save() -> object:
        data = form.cleaned_data
        if form.is_cadence:
            return actions.set_cadence(
                request.actor, channel_id, posts_per_week=data["posts_per_week"]
            )
        return actions.set_activation(
            request.actor,
            channel_id,
            item=data["item"],
            state=data["state"],
            note=data["note"],
        )

    return _saved(request, channel_id, form, save, "item_form")


@require_POST
def classify(request: WorkspaceRequest, channel_id: UUID) -> HttpResponse:
    """Save what this channel is, where the registry is wrong about it."""
    if "reset" in request.POST:
        actions.reset_taxonomy(request.actor, channel_id)
        return redirect("channels:detail", request.workspace.slug, channel_id)
    form = TaxonomyForm(request.POST)

    def save() -> object:
        return actions.set_taxonomy(
            request.actor,
            channel_id,
            classes=form.classes(),
            sns_weight=form.cleaned_data["sns_weight"],
            tie_model=form.cleaned_data["tie_model"],
        )

    return _saved(request, channel_id, form, save, "taxonomy_form")


def _saved(
    request: WorkspaceRequest,
    channel_id: UUID,
    form: django_forms.Form,
    save: Any,
    name: str,
) -> HttpResponse:
    """Save a valid form and go back to the page; otherwise show the page with its errors."""
    if form.is_valid():
        try:
            save()
        except EnishiError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("channels:detail", request.workspace.slug, channel_id)
    return _page(request, channel_id, status=422, **{name: form})


def _page(
    request: WorkspaceRequest, channel_id: UUID, *, status: int = 200, **forms: object
) -> HttpResponse:
    found = queries.channel(request.actor, channel_id)
    context: dict[str, object] = {
        "channel": found,
        "card": found.card,
        "tie_label": TIE_LABELS[TieModel(found.classification.tie_model)],
        "networks_weight": round(found.classification.sns_weight * 100),
    }
    if request.actor.can(Permission.CHANNELS_MANAGE):
        context |= _forms(request.actor, found)
    return render(request, "channels/detail.html", context | forms, status=status)


def _forms(actor: Actor, found: queries.ChannelDetail) -> dict[str, object]:
    card, said = found.card, found.classification
    overrides = {
        f"class_{one.scheme_id}": one.class_id for one in said.judgements if one.is_override
    }
    return {
        "plan_form": PlanForm(),
        "owners_form": OwnersForm(
            actor,
            initial={
                "owner_id": card.owner.id if card.owner else "",
                "backup_owner_id": card.backup_owner.id if card.backup_owner else "",
            },
        ),
        "readers_form": ReadersForm(initial={"audience": card.audience, "function": card.function}),
        "taxonomy_form": TaxonomyForm(
            initial=overrides | {"sns_weight": said.sns_weight, "tie_model": said.tie_model}
        ),
    }
