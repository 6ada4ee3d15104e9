"""Refusals of reports."""

from __future__ import annotations

from django.utils.translation import gettext as _

from enishi.kernel.errors import InvalidInputError, NotFoundError


def no_such_board() -> NotFoundError:
    return NotFoundError(_("There is no such dashboard."), field="kind")


def no_such_channel() -> InvalidInputError:
    return InvalidInputError(_("There is no such channel."), field="channel")


def no_such_annotation() -> NotFoundError:
    return NotFoundError(_("There is no such annotation."), field="annotation")


def no_such_view() -> NotFoundError:
    return NotFoundError(_("There is no such saved view."), field="view")


def no_such_export() -> NotFoundError:
    return NotFoundError(_("There is no such export."), field="export")


def no_such_schedule() -> NotFoundError:
    return NotFoundError(_("There is no such scheduled report."), field="schedule")


def no_such_letter() -> NotFoundError:
    return NotFoundError(_("There is no such mail."), field="letter")
