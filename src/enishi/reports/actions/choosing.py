"""Choosing which figures stand in a section of a dashboard."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.activities.log import record
from enishi.analytics.kpi import KPIS
from enishi.kernel.errors import InvalidInputError
from enishi.reports import layouts
from enishi.reports.core.asking import BoardKind
from enishi.reports.errors import no_such_board
from enishi.reports.events import Thing, happened
from enishi.reports.models import BoardSection
from enishi.strategy.queries import visible

MOST = 24


@transaction.atomic
def choose_kpis(
    actor: Actor, *, kind: BoardKind, section: str, kpis: Sequence[str] | None
) -> list[str]:
    """Have a section of a dashboard show these figures, in this order; None for the usual ones.

    It holds for the whole workspace, pages and files alike.
    """
    actor.require(Permission.REPORTS_EDIT)
    usual = next((one for one in layouts.LAYOUTS[kind] if one.key == section), None)
    if usual is None:
        raise no_such_board()
    rows = BoardSection.objects.filter(
        workspace_id=actor.workspace_id, board=kind.value, section=section
    )
    if kpis is None:
        rows.delete()
        return list(usual.kpis)
    chosen = _chosen(actor, kpis)
    row, _is_new = BoardSection.objects.update_or_create(
        workspace_id=actor.workspace_id,
        board=kind.value,
        section=section,
        defaults={"kpis": chosen},
    )
    name = f"{kind}/{section}: {', '.join(chosen)}"
    record([happened(actor, "Update", Thing.SECTION, row.id, name)])
    return chosen


def _chosen(actor: Actor, kpis: Sequence[str]) -> list[str]:
    chosen = list(dict.fromkeys(kpis))
    if not 1 <= len(chosen) <= MOST:
        raise InvalidInputError(_("Choose 1 to %(most)d figures.") % {"most": MOST}, field="kpis")
    for key in chosen:
        if key not in KPIS:
            raise InvalidInputError(_("There is no KPI “%(key)s”.") % {"key": key}, field="kpis")
        visible.require_kpi(actor, key)
    return chosen
