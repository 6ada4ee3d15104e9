"""Which channels count, and how they are grouped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from enishi.accounts.models import FUNCTIONS as FUNCTION_NAMES
from enishi.accounts.permissions import Actor
from enishi.channels import taxonomy
from enishi.channels.core.taxonomy import SOCIAL_MEDIA, TaxonomyError, is_below
from enishi.channels.models import Channel
from enishi.kernel.errors import InvalidInputError
from enishi.reports.core.asking import BY_CHANNEL, BY_FUNCTION, BY_LEVEL, Asked, BoardKind
from enishi.reports.core.grouping import Group, partition
from enishi.reports.errors import no_such_board, no_such_channel

SNS = "sns"
LEVELS = (SOCIAL_MEDIA, SNS)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The channels that count; `is_all` when nothing was left out, not even what has none."""

    channels: Sequence[Channel]
    is_all: bool

    @property
    def ids(self) -> tuple[UUID, ...]:
        return tuple(channel.id for channel in self.channels)

    @property
    def scope(self) -> tuple[UUID, ...]:
        """As readings take it: nothing chosen means everything."""
        return () if self.is_all else self.ids

    @property
    def is_nothing(self) -> bool:
        return not self.is_all and not self.channels


def channels_of(actor: Actor) -> list[Channel]:
    """Every channel that the log may tell of, those that were disconnected too.

    Who is confined to functions sees those that serve them, or everybody.
    """
    rows = Channel.objects.filter(workspace_id=actor.workspace_id).order_by("name", "id")
    return [one for one in rows if actor.serves([one.function] if one.function else [])]


def chosen(asked: Asked, every: Sequence[Channel], own: Sequence[UUID] = ()) -> Chosen:
    """The channels that a dashboard counts: `own` ones, those asked for, those of a level."""
    wanted = set(asked.channel_ids)
    if asked.kind is BoardKind.CHANNEL:
        if asked.subject_id is None:
            raise no_such_board()
        wanted = {asked.subject_id}
    if not wanted <= {channel.id for channel in every}:
        raise no_such_board() if asked.kind is BoardKind.CHANNEL else no_such_channel()
    found = [channel for channel in every if not wanted or channel.id in wanted]
    if own:
        found = [channel for channel in found if channel.id in set(own)]
    if asked.level:
        found = [channel for channel in found if _on_level(channel, asked)]
    return Chosen(found, is_all=not (wanted or own or asked.level))


def _on_level(channel: Channel, asked: Asked) -> bool:
    return is_below(taxonomy.tree_path(channel, asked.scheme), asked.level)


def require_known(asked: Asked) -> None:
    """Refuse a group, scheme or level that there is none of."""
    if asked.group not in {"", *(key for key, _name in groupings())}:
        raise InvalidInputError(_("There is no such grouping."), field="group")
    if asked.level not in {"", *LEVELS}:
        raise InvalidInputError(_("There is no such level of media."), field="level")
    try:
        taxonomy.registry().scheme(asked.scheme)
    except TaxonomyError as error:
        raise InvalidInputError(_("There is no such scheme."), field="scheme") from error


def groupings() -> list[tuple[str, str]]:
    """Everything to group by: channels, the levels of the tree, and each scheme."""
    schemes = taxonomy.registry().schemes
    own = [
        (BY_CHANNEL, _("Channel")),
        (BY_FUNCTION, _("Function of the company")),
        (BY_LEVEL, _("Level (social media > SNS)")),
    ]
    return [*own, *((scheme.id, taxonomy.words(scheme.name)) for scheme in schemes)]


def sns_schemes() -> list[tuple[str, str]]:
    """The schemes that say what SNS is."""
    schemes = taxonomy.registry().schemes
    return [(one.id, taxonomy.words(one.name)) for one in schemes if one.tells_sns]


def source_of(group: str, scheme_id: str) -> str:
    """Who says so, and since when."""
    if group in {BY_CHANNEL, BY_FUNCTION}:
        return ""
    scheme = taxonomy.registry().scheme(scheme_id if group == BY_LEVEL else group)
    source = scheme.source
    return f"{taxonomy.words(scheme.name)} · {taxonomy.words(source.title)} ({source.published})"


def groups_of(channels: Sequence[Channel], group: str, scheme_id: str) -> list[Group]:
    """The channels, each in one group."""
    if group == BY_CHANNEL:
        return [Group(str(one.id), str(one), (one.id,)) for one in channels]
    by_id = {channel.id: channel for channel in channels}
    ids = list(by_id)
    if group == BY_FUNCTION:
        named = [(key, str(name)) for key, name in FUNCTION_NAMES]
        return partition(ids, named, lambda one: by_id[one].function, _("The whole company"))
    if group == BY_LEVEL:
        return partition(
            ids,
            [(SNS, _("Social media: SNS")), ("other", _("Social media: other"))],
            lambda one: _below_social_media(by_id[one], scheme_id),
            _("Not social media"),
        )
    scheme = taxonomy.registry().scheme(group)
    classes = [(one.id, taxonomy.words(one.name)) for one in scheme.classes]
    return partition(
        ids,
        classes,
        lambda one: taxonomy.classes_of(by_id[one]).get(group, ""),
        _("Not classified"),
    )


def _below_social_media(channel: Channel, scheme_id: str) -> str:
    path = taxonomy.tree_path(channel, scheme_id)
    return path[1] if path else ""


def level_name(level: str) -> str:
    """A level of the tree in words."""
    return {SOCIAL_MEDIA: _("Social media"), SNS: _("SNS")}.get(level, "")


def scheme_name(scheme_id: str) -> str:
    """A scheme in words."""
    return taxonomy.words(taxonomy.registry().scheme(scheme_id).name)
