"""The page on which one chooses the figures of a section."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.analytics.kpi import KPIS
from enishi.analytics.metrics.definition import Pack
from enishi.kernel.errors import InvalidInputError
from enishi.reports import actions, layouts, queries
from enishi.reports.addresses import address_of, sections_kind
from enishi.reports.core.asking import Asked, BoardKind
from enishi.reports.errors import no_such_board
from enishi.strategy.kpi_words import PACKS
from enishi.strategy.queries import visible
from enishi.strategy.texts import kpi_name


@require_http_methods(["GET", "POST"])
def choose(request: WorkspaceRequest, kind: str, section: str) -> HttpResponse:
    """Choose figures; `usual` takes the choice back."""
    request.actor.require(Permission.REPORTS_EDIT)
    board, given = sections_kind(kind), request.POST
    plan = next((one for one in layouts.LAYOUTS[board] if one.key == section), None)
    if plan is None:
        raise no_such_board()
    if request.method == "POST":
        wanted = None if "usual" in given else given.getlist("kpi")
        try:
            actions.choose_kpis(request.actor, kind=board, section=section, kpis=wanted)
        except InvalidInputError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect(_home(request, board))
    chosen = queries.chosen_kpis(request.actor, board).get(section, list(plan.kpis))
    context = {
        "board": queries.board_name(board),
        "name": plan.name,
        "back": _home(request, board),
        "packs": [(PACKS[pack], _choices(request, pack, chosen)) for pack in Pack],
        "kind": board.value,
    }
    return render(request, "reports/choose.html", context)


def _home(request: WorkspaceRequest, board: BoardKind) -> str:
    """The dashboard itself; that of a channel has no address without one."""
    if board is BoardKind.CHANNEL:
        return reverse("reports:boss", args=[request.workspace.slug])
    return address_of(request.workspace.slug, Asked(kind=board), query=False)


def _choices(
    request: WorkspaceRequest, pack: Pack, chosen: list[str]
) -> list[tuple[str, str, str, bool]]:
    """Key, name, what it means, whether it is chosen; chosen ones first, in their order."""
    keys = visible.kpis(request.actor, KPIS)
    mine = [key for key in keys if KPIS[key].definition.pack is pack]
    mine.sort(key=lambda key: chosen.index(key) if key in chosen else len(chosen))
    return [
        (key, kpi_name(key), _(KPIS[key].definition.description), key in chosen) for key in mine
    ]
