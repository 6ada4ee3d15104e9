"""A large workspace for the benchmarks, written by the product's own bulk writers.

Not a benchmark itself: `pages.py` calls `seed()` in a process with Django set up.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Model

from enishi.accounts.models import Membership, Organisation, User, Workspace
from enishi.accounts.permissions import Role
from enishi.activities.bulk import bulk_import
from enishi.activities.events import Direction, NewActivity, NewObservation
from enishi.activities.log import record
from enishi.channels.models import Channel
from enishi.inbox.models import Conversation, Message
from enishi.kernel import clock
from enishi.publishing.core import keys
from enishi.publishing.core.schedule import of_instant
from enishi.publishing.models import Delivery, Post, Variant
from enishi.strategy.models import Goal, Objective, Strategy, Tactic, TacticPost

ZONE = "Asia/Tokyo"
CHANNELS = 8
DAYS_BACK, DAYS_AHEAD = 1_000, 60
PEOPLE = 30_000
HOT = 2_000
"""The newest activities stay in the operational store, as in a running system."""
WORDS = (
    "新商品",
    "秋の",
    "セール",
    "限定",
    "コーヒー",
    "豆",
    "入荷",
    "launch",
    "today",
    "レビュー",
)
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything."""

    posts: int = 100_000
    activities: int = 1_000_000
    messages: int = 50_000


@dataclass(slots=True)
class Town:
    """What the parts of the seed share."""

    workspace: Workspace
    channels: list[Channel]
    now: datetime
    dice: random.Random

    def text(self) -> str:
        return " ".join(self.dice.choices(WORDS, k=12))

    def moment(self, ahead: int = 0) -> datetime:
        seconds = self.dice.randrange(-DAYS_BACK * 86_400, ahead * 86_400 + 1)
        return self.now + timedelta(seconds=seconds)


def seed(sizes: Sizes) -> dict[str, str]:
    """Write everything; the workspace's slug and a session key for its owner."""
    now = clock.now().replace(microsecond=0)
    user = User.objects.create(email="bench@example.test", name="Bench")
    user.set_password("only for benchmarks 1234")
    user.save()
    workspace = Workspace.objects.create(
        organisation=Organisation.objects.create(name="Bench"),
        name="Bench",
        slug="bench",
        language="ja",
        time_zone=ZONE,
        country="JP",
    )
    Membership.objects.create(user=user, workspace=workspace, role=Role.OWNER)
    town = Town(workspace, _channels(workspace, now), now, random.Random(7))
    remote_ids = _posts(town, sizes.posts)
    _conversations(town, sizes.messages, remote_ids)
    _log(town, sizes.activities, remote_ids)
    _strategy(town, user)
    return {"slug": workspace.slug, "session": _session(user)}


def _session(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _channels(workspace: Workspace, now: datetime) -> list[Channel]:
    return Channel.objects.bulk_create(
        Channel(
            workspace=workspace,
            adapter="sandbox",
            name=f"Channel {number}",
            handle=f"channel{number}",
            remote_id=f"account-{number}",
            state="active",
            connected_at=now - timedelta(days=DAYS_BACK),
            last_read_at=now,
            next_read_at=now + timedelta(days=999),
        )
        for number in range(CHANNELS)
    )


def _bulk(model: type[M], rows: Iterable[M]) -> None:
    chunks = iter(rows)
    while chunk := list(itertools.islice(chunks, 5_000)):
        model._default_manager.bulk_create(chunk)  # noqa: SLF001 - any model


def _posts(town: Town, count: int) -> list[tuple[str, datetime, Channel]]:
    """Posts of past and future; what of them stands on the networks."""
    out: list[tuple[str, datetime, Channel]] = []
    posts, variants, deliveries = [], [], []
    for number in range(count):
        at, channel = town.moment(DAYS_AHEAD), town.channels[number % CHANNELS]
        state = "published" if at <= town.now else "scheduled"
        slot = of_instant(at, ZONE)
        shared: dict[str, Any] = {"wall_time": slot.wall_time, "time_zone": slot.time_zone}
        post = Post(workspace=town.workspace, text=town.text(), state=state, due_at=at, **shared)
        remote_id = f"post-{number}" if state == "published" else ""
        posts.append(post)
        variants.append(Variant(post=post, channel=channel))
        deliveries.append(
            Delivery(
                workspace=town.workspace,
                post=post,
                channel=channel,
                kind="publish",
                state=state,
                key=keys.new_key(at),
                planned_at=at,
                due_at=at,
                remote_id=remote_id,
                published_at=at if remote_id else None,
                **shared,
            )
        )
        if remote_id:
            out.append((remote_id, at, channel))
    _bulk(Post, posts)
    _bulk(Variant, variants)
    _bulk(Delivery, deliveries)
    return out


def _conversations(
    town: Town, messages: int, remote_ids: list[tuple[str, datetime, Channel]]
) -> None:
    talks: list[Conversation] = []
    said: list[Message] = []
    for number in range(messages * 2 // 5):
        root, _, channel = town.dice.choice(remote_ids)
        begun = town.moment()
        person = town.dice.randrange(PEOPLE)
        state = town.dice.choices(["resolved", "pending", "new"], [90, 5, 5])[0]
        talk = Conversation(
            workspace=town.workspace,
            channel=channel,
            root_id=f"{root}#{number}",
            kind="reply",
            state=state,
            unread=1 if state == "new" else 0,
            person_key=f"person-{person}",
            person_name=f"Person {person}",
            last_text="ありがとうございます",
            last_message_at=begun,
            created_at=begun,
            updated_at=begun,
        )
        talks.append(talk)
        said += _messages(town, talk, number, begun, 3 if number % 2 else 2)
    _bulk(Conversation, talks)
    _bulk(Message, said[:messages])


def _messages(
    town: Town, talk: Conversation, number: int, begun: datetime, count: int
) -> Iterator[Message]:
    for step in range(count):
        text = town.text()
        yield Message(
            conversation=talk,
            channel=talk.channel,
            remote_id=f"message-{number}-{step}",
            kind="reply",
            author_key=talk.person_key,
            author_name=talk.person_name,
            text=text,
            folded=text,
            in_reply_to=talk.root_id,
            published=begun + timedelta(minutes=step),
        )


def _log(town: Town, count: int, remote_ids: list[tuple[str, datetime, Channel]]) -> None:
    mine = [_published(town, *post) for post in remote_ids]
    acts = (_act(town, number, remote_ids) for number in range(count - len(mine) - HOT))
    numbers = (
        NewObservation(
            workspace_id=town.workspace.id,
            channel_id=channel.id,
            subject="",
            metric="followers",
            value=1_000 + 5 * day,
            observed_at=town.now - timedelta(days=DAYS_BACK - day),
            source=str(channel.id),
        )
        for channel in town.channels
        for day in range(DAYS_BACK)
    )
    bulk_import(town.workspace.id, "benchmark", itertools.chain(mine, acts), numbers)
    record(_act(town, count + number, remote_ids, recent=True) for number in range(HOT))


def _published(town: Town, remote_id: str, at: datetime, channel: Channel) -> NewActivity:
    return NewActivity(
        workspace_id=town.workspace.id,
        type="Create",
        key=f"create:{remote_id}",
        source=str(channel.id),
        occurred_at=at,
        channel_id=channel.id,
        direction=Direction.OUTBOUND,
        object_type="Note",
        object_key=remote_id,
        text=town.text(),
        document={"type": "Create"},
    )


def _act(
    town: Town,
    number: int,
    remote_ids: list[tuple[str, datetime, Channel]],
    *,
    recent: bool = False,
) -> NewActivity:
    kind = town.dice.choices(["Like", "Announce", "Create", "Follow"], [75, 10, 8, 7])[0]
    target, posted, channel = town.dice.choice(remote_ids)
    later = posted + timedelta(seconds=town.dice.randrange(3 * 86_400))
    last = town.now - timedelta(seconds=town.dice.randrange(86_400))
    return NewActivity(
        workspace_id=town.workspace.id,
        type=kind,
        key=f"act-{number}",
        source=str(channel.id),
        occurred_at=last if recent else min(later, last),
        channel_id=channel.id,
        direction=Direction.INBOUND,
        actor_key=f"person-{town.dice.randrange(PEOPLE)}",
        object_type="Note" if kind == "Create" else "",
        object_key={"Create": f"reply-{number}", "Follow": channel.remote_id}.get(kind, target),
        target_key=target if kind == "Create" else "",
        text="いいですね" if kind == "Create" else "",
        document={"type": kind},
    )


def _strategy(town: Town, owner: User) -> None:
    """Two goals, twelve objectives, twenty-four tactics with posts."""
    today = town.now.astimezone(ZoneInfo(ZONE)).date()
    posts = list(Post.objects.filter(workspace=town.workspace).order_by("-due_at")[:4_800])
    shared: dict[str, Any] = {"workspace": town.workspace, "owner": owner}
    kpis = itertools.cycle(
        ["followers", "posts", "likes", "engagements", "replies", "follower_growth"]
    )
    for goal_number in range(2):
        goal = Goal.objects.create(title=f"Goal {goal_number}", **shared)
        for strategy_number in range(2):
            strategy = Strategy.objects.create(title=f"Way {strategy_number}", goal=goal, **shared)
            for number in range(3):
                objective = Objective.objects.create(
                    title=f"Objective {number}",
                    strategy=strategy,
                    metric=next(kpis),
                    baseline=0,
                    target=10_000,
                    start=today - timedelta(days=45),
                    end=today + timedelta(days=45),
                    **shared,
                )
                _tactics(objective, posts, shared)


def _tactics(objective: Objective, posts: list[Post], shared: dict[str, Any]) -> None:
    for number in range(2):
        tactic = Tactic.objects.create(title=f"Tactic {number}", objective=objective, **shared)
        linked = [posts.pop() for _ in range(min(200, len(posts)))]
        TacticPost.objects.bulk_create(TacticPost(tactic=tactic, post=post) for post in linked)
