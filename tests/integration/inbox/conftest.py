"""A channel on the sandbox network, and people who say things to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest

from enishi import vocab
from enishi.accounts.models import Workspace
from enishi.activities.log import Direction, NewActivity, record
from enishi.channels.models import Channel
from enishi.channels.signals import activities_read, history_read
from enishi.inbox.models import Conversation
from enishi.kernel.ids import new_id

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
Say = Callable[..., vocab.Node]


def make_channel(workspace: Workspace, name: str = "喫茶えにし") -> Channel:
    return Channel.objects.create(
        workspace=workspace,
        adapter="sandbox",
        name=name,
        handle=name,
        remote_id=f"acct:{name}",
        state="active",
        connected_at=NOON,
    )


@pytest.fixture
def channel(workspace: Workspace) -> Channel:
    return make_channel(workspace)


@pytest.fixture
def say() -> Say:
    """`say("r1", by="hana", to="post-1")`: an activity as an adapter would read it."""
    numbers = count(1)

    def build(
        remote_id: str = "",
        *,
        by: str = "hana",
        text: str = "おいしかったです",
        to: str = "post-1",
        reason: str = "reply",
        minutes: int = 0,
        kind: str = "Create",
        **thing: object,
    ) -> vocab.Node:
        number = next(numbers)
        identifier = remote_id or f"said-{number}"
        at = NOON + timedelta(minutes=minutes or number)
        actor = vocab.build("Person", id=f"acct:{by}", name=by.title(), preferred_username=by)
        said: object = identifier
        if kind == "Create":
            said = vocab.build(
                "Note",
                id=identifier,
                content=text,
                published=at,
                in_reply_to=to or None,
                **{"enishi:reference": {"cid": f"c-{identifier}"}},
                **thing,
            )
        return vocab.build(
            kind,
            id=f"act-{identifier}",
            actor=actor,
            object=said,
            published=at,
            **{"enishi:reason": reason},
        )

    return build


def deliver(channel: Channel, *activities: vocab.Node, own: bool = False) -> list[UUID]:
    """Hand activities over as channels does after reading."""
    pairs = [(new_id(), activity) for activity in activities]
    signal = history_read if own else activities_read
    signal.send(Channel, channel=channel, activities=pairs)
    return [identifier for identifier, _ in pairs]


def log_act(channel: Channel, kind: str, *, by: str, about: str = "") -> None:
    """Put an act into the log."""
    record(
        [
            NewActivity(
                workspace_id=channel.workspace_id,
                type=kind,
                key=f"{kind}-{by}-{about}",
                source=str(channel.id),
                occurred_at=NOON,
                channel_id=channel.id,
                direction=Direction.INBOUND,
                actor_key=f"acct:{by}",
                actor_name=by.title(),
                object_key=about,
            )
        ]
    )


@pytest.fixture
def conversation(channel: Channel, say: Say) -> Conversation:
    """Hana answered a post of ours; nobody has read it yet."""
    deliver(channel, say("r1", by="hana"))
    return Conversation.objects.get()
