"""Saying of one channel what the general registry cannot know."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enishi.accounts.permissions import Actor
from enishi.channels import events, signals, taxonomy
from enishi.channels.actions import finding
from enishi.channels.manifest import TieModel
from enishi.channels.models import AUDIENCES, Channel
from enishi.kernel.errors import InvalidInputError
from enishi.kernel.functions import Function


@transaction.atomic
def set_taxonomy(
    actor: Actor,
    channel_id: UUID,
    *,
    classes: Mapping[str, str] | None = None,
    sns_weight: float | None = None,
    tie_model: str = "",
) -> Channel:
    """Override how the channel is classified: by scheme, in its weight, in its ties.

    An empty class takes the override of that scheme back.
    """
    channel = finding.managed(actor, channel_id)
    overrides = dict(channel.taxonomy)
    overrides["classes"] = _classes(dict(overrides.get("classes", {})), classes or {})
    if sns_weight is not None:
        if not 0 <= sns_weight <= 1:
            raise InvalidInputError(
                _("The weight lies between 0 (content) and 1 (people)."), field="sns_weight"
            )
        overrides["sns_weight"] = sns_weight
    if tie_model:
        overrides["tie_model"] = _tie(tie_model)
    return _save(actor, channel, overrides)


@transaction.atomic
def set_readers(
    actor: Actor, channel_id: UUID, *, audience: str | None = None, function: str | None = None
) -> Channel:
    """Say who reads the channel and which function of the company it serves (R028).

    None leaves a thing as it is. A channel that people outside read takes no internal post:
    while one waits on it, it stays internal (ConflictError).
    """
    channel = finding.managed(actor, channel_id)
    new = channel.audience if audience is None else audience
    serving = channel.function if function is None else function
    if new not in dict(AUDIENCES):
        raise InvalidInputError(_("Choose external or internal."), field="audience")
    if serving and serving not in set(Function):
        raise InvalidInputError(
            _("There is no such function of the company."),
            field="function",
            remedy=", ".join(Function),
        )
    if new == "external" != channel.audience:
        signals.channel_opening.send(Channel, channel=channel)
    channel.audience, channel.function = new, serving
    channel.save(update_fields=["audience", "function"])
    events.record(actor, "Update", channel, f"{new} {serving}".strip())
    return channel


@transaction.atomic
def reset_taxonomy(actor: Actor, channel_id: UUID) -> Channel:
    """Go back to how the registry classifies the network."""
    channel = finding.managed(actor, channel_id)
    return _save(actor, channel, {})


def _save(actor: Actor, channel: Channel, overrides: dict[str, object]) -> Channel:
    channel.taxonomy = overrides
    channel.save(update_fields=["taxonomy"])
    events.record(actor, "Update", channel, "taxonomy")
    return channel


def _classes(kept: dict[str, str], given: Mapping[str, str]) -> dict[str, str]:
    schemes = {scheme.id: scheme for scheme in taxonomy.registry().schemes}
    for scheme_id, class_id in given.items():
        scheme = schemes.get(scheme_id)
        if scheme is None or (class_id and scheme.find(class_id) is None):
            raise InvalidInputError(
                _("This scheme has no such class: %(scheme)s %(class_id)s.")
                % {"scheme": scheme_id, "class_id": class_id},
                field="classes",
                remedy=", ".join(found.id for found in scheme.classes) if scheme else "",
            )
        if class_id:
            kept[scheme_id] = class_id
        else:
            kept.pop(scheme_id, None)
    return kept


def _tie(value: str) -> str:
    try:
        return TieModel(value).value
    except ValueError as error:
        raise InvalidInputError(
            _("This is not a way in which accounts are tied."),
            field="tie_model",
            remedy=", ".join(TieModel),
        ) from error
