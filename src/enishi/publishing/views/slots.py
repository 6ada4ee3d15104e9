"""The pages of slots that come again."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enishi.accounts import queries as accounts
from enishi.accounts.formkit import attempt
from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.kernel.errors import EnishiError
from enishi.publishing import actions, board, slot_queries
from enishi.publishing.actions import Drafts
from enishi.publishing.slot_forms import DeleteSeriesForm, SeriesForm, known_series, new_series
from enishi.publishing.slot_models import Series


@require_GET
def index(request: WorkspaceRequest) -> HttpResponse:
    """All slots that come again."""
    found = slot_queries.series_list(request.actor)
    return render(request, "publishing/slots/index.html", {"series": found})


@require_GET
def detail(request: WorkspaceRequest, series_id: UUID) -> HttpResponse:
    """A slot and its times to come."""
    found = slot_queries.series_detail(request.actor, series_id=series_id)
    context = {
        "series": found.series,
        "times": [item for item in found.times if item.state != "later"],
        "later": [item for item in found.times if item.state == "later"],
    }
    return render(request, "publishing/slots/detail.html", context)


@require_http_methods(["GET", "POST"])
def new(request: WorkspaceRequest) -> HttpResponse:
    """A new slot."""
    request.actor.require(Permission.POSTS_EDIT)
    zone = request.workspace.time_zone
    form = _form(request, new_series(board.today(ZoneInfo(zone)), zone))
    if request.method == "POST" and form.is_valid():
        made: Series | None = attempt(
            form, lambda: actions.create_series(request.actor, content=form.content())
        )
        if made is not None:
            messages.success(request, _("The slot is there, and so are its first drafts."))
            return redirect("publishing:slot", request.workspace.slug, made.id)
    return _page(request, form)


@require_http_methods(["GET", "POST"])
def edit(request: WorkspaceRequest, series_id: UUID) -> HttpResponse:
    """Change a slot."""
    request.actor.require(Permission.POSTS_EDIT)
    found = slot_queries.series_detail(request.actor, series_id=series_id).series
    form = _form(request, known_series(found))
    if request.method == "POST" and form.is_valid():
        followed = attempt(
            form,
            lambda: actions.update_series(
                request.actor,
                series_id=series_id,
                content=form.content(),
                version=form.cleaned_data["version"],
            ),
        )
        if followed is not None:
            messages.success(request, _followed(followed))
            return redirect("publishing:slot", request.workspace.slug, series_id)
    return _page(request, form, found)


def _followed(count: int) -> str:
    sentence = ngettext(
        "%(count)s draft follows the change.", "%(count)s drafts follow the change.", count
    )
    return sentence % {"count": count} + " " + _("What people have written stays as it is.")


def _form(request: WorkspaceRequest, initial: dict[str, object]) -> SeriesForm:
    form = SeriesForm(request.POST or None, initial=initial)
    channels = [(str(each.id), each.name) for each in board.choices(request.actor)]
    members = [
        (str(each.user_id), str(each.user))
        for each in accounts.members(request.actor)
        if each.user_id != request.actor.user_id
    ]
    form.offer(channels, members)
    return form


def _page(
    request: WorkspaceRequest, form: SeriesForm, found: slot_queries.SeriesView | None = None
) -> HttpResponse:
    status = 422 if form.errors else 200
    context = {"form": form, "series": found}
    return render(request, "publishing/slots/edit.html", context, status=status)


@require_POST
def pause(request: WorkspaceRequest, series_id: UUID) -> HttpResponse:
    """Make no more drafts."""
    actions.pause_series(request.actor, series_id=series_id)
    messages.success(request, _("It makes no more drafts until you resume it."))
    return redirect("publishing:slot", request.workspace.slug, series_id)


@require_POST
def resume(request: WorkspaceRequest, series_id: UUID) -> HttpResponse:
    """Make drafts again."""
    actions.resume_series(request.actor, series_id=series_id)
    messages.success(request, _("It makes drafts again."))
    return redirect("publishing:slot", request.workspace.slug, series_id)


@require_POST
def skip(request: WorkspaceRequest, series_id: UUID) -> HttpResponse:
    """Leave one time out, or take it in again."""
    wall, again = request.POST.get("wall", ""), "restore" in request.POST
    action = actions.restore_occurrence if again else actions.skip_occurrence
    try:
        action(request.actor, series_id=series_id, wall=wall)
    except EnishiError as error:
        messages.error(request, str(error))
    else:
        done = _("This time is in again.") if again else _("This time is left out.")
        messages.success(request, done)
    return redirect("publishing:slot", request.workspace.slug, series_id)


@require_http_methods(["GET", "POST"])
def delete(request: WorkspaceRequest, series_id: UUID) -> HttpResponse:
    """End a slot, asking what becomes of its drafts."""
    request.actor.require(Permission.POSTS_EDIT)
    found = slot_queries.series_detail(request.actor, series_id=series_id)
    form = DeleteSeriesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        choice = Drafts(form.cleaned_data["drafts"])
        actions.delete_series(request.actor, series_id=series_id, drafts=choice)
        messages.success(request, _("The slot is deleted."))
        return redirect("publishing:slots", request.workspace.slug)
    return render(request, "publishing/slots/delete.html", {"form": form, "series": found.series})
