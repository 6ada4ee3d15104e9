"""What goes on around an account: whom it follows, and what strangers say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

from asgiref.sync import async_to_sync
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enishi.accounts.permissions import Actor, Permission
from enishi.channels import events, registry, service
from enishi.channels.actions.connecting import explained
from enishi.channels.contract import Capability, KnowsPeople, Page, People, Person
from enishi.channels.core.lifecycle import READABLE
from enishi.channels.errors import AdapterError
from enishi.channels.models import Channel
from enishi.kernel.errors import ConflictError, InvalidInputError, NotFoundError

T = TypeVar("T")


def follow(actor: Actor, channel_id: UUID, *, account: str) -> None:
    """Have the channel's account follow another, given as @name@host or by the network's id."""
    channel = _channel(actor, channel_id, Permission.CHANNELS_MANAGE, Capability.FOLLOW)
    name = _given(account, "account")
    _ask(channel, lambda adapter: adapter.follow(name))
    _told(actor, "Follow", channel, name)


def unfollow(actor: Actor, channel_id: UUID, *, account: str) -> None:
    """Follow an account no more; one that was not followed changes nothing."""
    channel = _channel(actor, channel_id, Permission.CHANNELS_MANAGE, Capability.FOLLOW)
    name = _given(account, "account")
    _ask(channel, lambda adapter: adapter.unfollow(name))
    _told(actor, "Undo", channel, name)


def look(actor: Actor, channel_id: UUID, *, account: str) -> Person:
    """An account of the network, given as @name@host or by its id. Nothing of it is kept."""
    channel = _channel(actor, channel_id, Permission.CHANNELS_VIEW, Capability.FOLLOW)
    name = _given(account, "account")
    found: Person = _ask(channel, lambda adapter: _knowing(adapter).look(name))
    return found


def following(actor: Actor, channel_id: UUID, *, cursor: str = "") -> People:
    """Whom the channel's account follows, as its server lists them."""
    channel = _channel(actor, channel_id, Permission.CHANNELS_VIEW, Capability.FOLLOW)
    found: People = _ask(channel, lambda adapter: _knowing(adapter).following(cursor))
    return found


def followers_of_others(actor: Actor) -> list[Channel]:
    """The channels whose accounts can follow others, by name."""
    actor.require(Permission.CHANNELS_VIEW)
    rows = Channel.objects.filter(workspace_id=actor.workspace_id, state__in=READABLE)
    return [
        channel
        for channel in rows.order_by("name", "id")
        if registry.get(channel.adapter).manifest.supports(Capability.FOLLOW)
    ]


def _knowing(adapter: object) -> KnowsPeople:
    if not isinstance(adapter, KnowsPeople):
        raise ConflictError(_("This network does not offer that."))
    return adapter


def search(actor: Actor, channel_id: UUID, *, words: str, cursor: str = "") -> Page:
    """Posts of strangers with these words, or below a hashtag when it begins with #.

    Nothing of it is kept. Networks without such a search give an empty page.
    """
    channel = _channel(actor, channel_id, Permission.INBOX_VIEW, Capability.LISTEN)
    wanted = _given(words, "words")
    if wanted.startswith(("#", "＃")):
        tag = wanted.lstrip("#＃")
        page: Page = _ask(channel, lambda adapter: adapter.hashtag(tag, cursor))
    else:
        page = _ask(channel, lambda adapter: adapter.search(wanted, cursor))
    return page


def _given(text: str, field: str) -> str:
    found = text.strip()
    if not found or len(found) > 500:  # noqa: PLR2004 - longer than any address
        raise InvalidInputError(_("Say what to look for."), field=field)
    return found


def _channel(
    actor: Actor, channel_id: UUID, permission: Permission, capability: Capability
) -> Channel:
    actor.require(permission)
    rows = Channel.objects.filter(workspace_id=actor.workspace_id, id=channel_id)
    channel = rows.select_related("workspace").first()
    if channel is None:
        raise NotFoundError(_("There is no such channel."))
    if channel.state not in READABLE:
        raise ConflictError(_("This channel is not connected, or it is paused."))
    if not registry.get(channel.adapter).manifest.supports(capability):
        raise ConflictError(_("This network does not offer that."))
    return channel


def _ask(channel: Channel, question: Callable[[Any], Awaitable[T]]) -> T:
    """What the network answers; its refusals in plain words."""

    async def asked() -> T:
        async with service.open_adapter(channel) as adapter:
            return await question(adapter)

    try:
        return async_to_sync(asked)()
    except AdapterError as error:
        raise explained(registry.get(channel.adapter).manifest, error) from error


def _told(actor: Actor, kind: str, channel: Channel, name: str) -> None:
    with transaction.atomic():
        events.record(actor, kind, channel, name)
