"""Every write to reports."""

from __future__ import annotations

from enishi.reports.actions.annotating import (
    annotate,
    delete_annotation,
    restore_annotation,
    update_annotation,
)
from enishi.reports.actions.choosing import choose_kpis
from enishi.reports.actions.exporting import export_now, request_export, retry_export
from enishi.reports.actions.scheduling import (
    Plan,
    create_schedule,
    delete_schedule,
    pause_schedule,
    resume_schedule,
    retry_letter,
    send_test,
    update_schedule,
)
from enishi.reports.actions.viewing import (
    choose_default,
    clear_default,
    delete_view,
    save_view,
    update_view,
)

__all__ = [
    "Plan",
    "annotate",
    "choose_default",
    "choose_kpis",
    "clear_default",
    "create_schedule",
    "delete_annotation",
    "delete_schedule",
    "delete_view",
    "export_now",
    "pause_schedule",
    "request_export",
    "restore_annotation",
    "resume_schedule",
    "retry_export",
    "retry_letter",
    "save_view",
    "send_test",
    "update_annotation",
    "update_schedule",
    "update_view",
]
