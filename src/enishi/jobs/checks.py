"""Whether the settings of background work fit together."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004 - its name
from django.utils.translation import gettext as _

from enishi.jobs.carriers import EMBEDDED, FACTORIES
from enishi.kernel.errors import ConflictError

logger = logging.getLogger(__name__)

_SCHEMES = {"redis", "rediss", "amqp", "amqps"}
_EXAMPLES = {"redis": "redis://HOST:6379/0", "rabbitmq": "amqp://USER:PASSWORD@HOST:5672//"}


def problems(chosen: Any) -> list[CheckMessage]:
    """What is wrong with the carrier that these settings choose."""
    carrier, url = chosen.ENISHI_CARRIER, chosen.ENISHI_CARRIER_URL
    if carrier == EMBEDDED:
        return []
    if carrier not in FACTORIES:
        names = ", ".join([EMBEDDED, *FACTORIES])
        return [
            Error(
                _("ENISHI_CARRIER is “%(name)s”, which is not known.") % {"name": carrier},
                hint=_("Choose one of: %(names)s.") % {"names": names},
                id="enishi.E101",
            )
        ]
    return [*_about_library(), *_about_url(url), *_about_database(chosen.DATABASES["default"])]


def _about_library() -> list[CheckMessage]:
    if find_spec("celery") is not None:
        return []
    hint = _("Install it: %(command)s") % {"command": "pip install 'enishi[celery]'"}
    return [Error(_("ENISHI_CARRIER=celery needs Celery."), hint=hint, id="enishi.E102")]


def _about_url(url: str) -> list[CheckMessage]:
    if urlsplit(url).scheme in _SCHEMES:
        return []
    hint = _("Set ENISHI_CARRIER_URL to %(redis)s or %(rabbitmq)s.") % _EXAMPLES
    return [Error(_("The carrier has no broker."), hint=hint, id="enishi.E103")]


def _about_database(database: dict[str, Any]) -> list[CheckMessage]:
    if "sqlite" not in database["ENGINE"]:
        return []
    return [
        Warning(
            _("A carrier with SQLite: the fleet cannot leave this machine, and gains nothing."),
            hint=_("Set ENISHI_DATABASE_URL to PostgreSQL, or ENISHI_CARRIER=embedded."),
            id="enishi.W104",
        )
    ]


def refuse_bad_settings() -> None:
    """Raise ConflictError for an error; log what is only unwise."""
    for problem in problems(settings):
        if problem.is_serious():
            raise ConflictError(problem.msg, remedy=problem.hint or "")
        logger.warning("%s %s", problem.msg, problem.hint)


@register("enishi")
def check_carrier(*, app_configs: Sequence[Any] | None, **_more: Any) -> list[CheckMessage]:
    del app_configs
    return problems(settings)
