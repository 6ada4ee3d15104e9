"""Writing annotations."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.activities.log import record
from enishi.analytics.kpi import KPIS
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError
from enishi.reports.errors import no_such_annotation, no_such_channel
from enishi.reports.events import Thing, happened
from enishi.reports.models import Annotation

_LONGEST = 200


@transaction.atomic
def annotate(
    actor: Actor,
    *,
    day: date,
    text: str,
    channel_id: UUID | None = None,
    metric: str = "",
) -> Annotation:
    """Note what happened on a day, in all charts or in those of one channel or one KPI."""
    actor.require(Permission.REPORTS_EDIT)
    now = clock.now()
    made = Annotation(
        workspace_id=actor.workspace_id,
        author_id=actor.user_id,
        created_at=now,
        updated_at=now,
    )
    _fill(actor, made, day, text, channel_id, metric)
    made.save(force_insert=True)
    record([happened(actor, "Create", Thing.ANNOTATION, made.id, made.text)])
    return made


@transaction.atomic
def update_annotation(
    actor: Actor,
    annotation_id: UUID,
    *,
    day: date,
    text: str,
    channel_id: UUID | None = None,
    metric: str = "",
) -> Annotation:
    """Write an annotation anew."""
    actor.require(Permission.REPORTS_EDIT)
    found = _own(actor, annotation_id)
    _fill(actor, found, day, text, channel_id, metric)
    found.updated_at = clock.now()
    found.save(update_fields=["day", "text", "channel", "metric", "updated_at"])
    record([happened(actor, "Update", Thing.ANNOTATION, found.id, found.text)])
    return found


@transaction.atomic
def delete_annotation(actor: Actor, annotation_id: UUID) -> Annotation:
    """Take an annotation out of the charts; for a day it can be brought back."""
    actor.require(Permission.REPORTS_EDIT)
    found = _own(actor, annotation_id)
    found.deleted_at = clock.now()
    found.save(update_fields=["deleted_at"])
    record([happened(actor, "Delete", Thing.ANNOTATION, found.id, found.text)])
    return found


@transaction.atomic
def restore_annotation(actor: Actor, annotation_id: UUID) -> Annotation:
    """Bring a deleted annotation back."""
    actor.require(Permission.REPORTS_EDIT)
    rows = Annotation.objects.filter(workspace_id=actor.workspace_id, id=annotation_id)
    if not rows.filter(deleted_at__isnull=False).update(deleted_at=None):
        raise no_such_annotation()
    found = rows.get()
    record([happened(actor, "Undo", Thing.ANNOTATION, found.id, found.text)])
    return found


def _own(actor: Actor, annotation_id: UUID) -> Annotation:
    rows = Annotation.objects.filter(workspace_id=actor.workspace_id, deleted_at=None)
    found = rows.filter(id=annotation_id).first()
    if found is None:
        raise no_such_annotation()
    return found


def _fill(
    actor: Actor, row: Annotation, day: date, text: str, channel_id: UUID | None, metric: str
) -> None:
    tidy = " ".join(text.split())
    if not tidy:
        raise InvalidInputError(_("Write what happened."), field="text")
    if len(tidy) > _LONGEST:
        raise InvalidInputError(
            _("Keep it to %(count)s characters: it stands in a chart.") % {"count": _LONGEST},
            field="text",
        )
    if metric and metric not in KPIS:
        raise InvalidInputError(_("There is no KPI “%(key)s”.") % {"key": metric}, field="metric")
    channels = Channel.objects.filter(workspace_id=actor.workspace_id)
    if channel_id is not None and not channels.filter(id=channel_id).exists():
        raise no_such_channel()
    row.day, row.text, row.channel_id, row.metric = day, tidy, channel_id, metric
