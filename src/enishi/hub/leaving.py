"""What of a hub lies outside the database, and goes when its workspace does."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.db import transaction

from enishi.hub.models import HubActor, HubObject, Theme
from enishi.publishing import media


def forget_files(workspace_id: UUID) -> None:
    """Delete the media of a hub once its rows are gone; what another hub shows too stays.

    Files are named by the digest of their content, so that two hubs may share one.
    """
    objects = HubObject.objects.exclude(pictures=[])
    accounts = HubActor.objects.exclude(icon="")
    covers = Theme.objects.exclude(cover="")
    ours = (
        _shown(objects.filter(actor__hub__workspace_id=workspace_id).values_list("pictures"))
        | set(accounts.filter(hub__workspace_id=workspace_id).values_list("icon", flat=True))
        | set(covers.filter(hub__workspace_id=workspace_id).values_list("cover", flat=True))
    )
    if not ours:
        return
    others = (
        _shown(objects.exclude(actor__hub__workspace_id=workspace_id).values_list("pictures"))
        | set(accounts.exclude(hub__workspace_id=workspace_id).values_list("icon", flat=True))
        | set(covers.exclude(hub__workspace_id=workspace_id).values_list("cover", flat=True))
    )
    for path in ours - others:
        transaction.on_commit(partial(media.remove, f"hub/{path}"))


def _shown(rows: Iterable[tuple[list[dict[str, str]]]]) -> set[str]:
    return {picture["path"] for (pictures,) in rows for picture in pictures if "path" in picture}
