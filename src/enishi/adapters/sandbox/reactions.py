"""How the town reacts: pure functions from a post, an audience and a seed to plans.

A plan is something that somebody will do at a later time. The first reactions to a post come
within seconds, most within minutes, a few after days; more people look at noon and in the
evening; questions draw answers, pictures draw likes, hashtags bring strangers.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from enishi.adapters.sandbox import town
from enishi.adapters.sandbox.town import Resident

_TOWN_TIME = timezone(timedelta(hours=9))
_BY_HOUR = (
    *(0.35, 0.25, 0.2, 0.2, 0.25, 0.4, 0.7, 0.95, 1.0, 0.85, 0.85, 0.95),
    *(1.3, 1.05, 0.85, 0.85, 0.9, 1.0, 1.15, 1.35, 1.5, 1.45, 1.15, 0.7),
)
_FIRST_VISITORS = 45
"""People who come upon any post, even of an account without followers."""
_MEDIAN_SECONDS = 900.0
_SPREAD = 1.9
_LATEST_SECONDS = 6 * 86400.0
_FEW_FOLLOWERS = 50
_FOREIGN_SHARE = 0.08


@dataclass(frozen=True, slots=True)
class Seen:
    """A post as its readers see it."""

    number: int
    text: str
    language: str
    has_media: bool
    created_at: float
    followers: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What will happen: `amount` counts people for views, else it is 0."""

    due_at: float
    kind: str
    actor: str = ""
    post: int | None = None
    text: str = ""
    amount: int = 0


def hour_factor(at: float) -> float:
    """How awake the town is at a moment."""
    return _BY_HOUR[datetime.fromtimestamp(at, UTC).astimezone(_TOWN_TIME).hour]


def poisson(mean: float, rng: random.Random) -> int:
    """How often something happens that happens `mean` times on average."""
    if mean > 30:  # noqa: PLR2004 - from here the bell curve is close enough
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def reach_by_source(post: Seen, rng: random.Random) -> dict[str, int]:
    """How many people see a post, by how they come to it."""
    awake = hour_factor(post.created_at) * (1.2 if post.has_media else 1.0)
    hashtags = min(4, post.text.count("#") + post.text.count("＃"))
    followers = post.followers * 0.42 * awake
    means = {
        "followers": followers,
        "reshares": 4 + followers * 0.18,
        "recommendation": _FIRST_VISITORS * awake + followers * 0.2,
        "hashtag": hashtags * (9 + followers * 0.05) * awake,
        "search": 5 + followers * 0.03,
    }
    return {source: poisson(mean * rng.uniform(0.7, 1.3), rng) for source, mean in means.items()}


def to_post(
    post: Seen, fans: Sequence[Resident], strangers: Sequence[Resident], rng: random.Random
) -> Iterator[Plan]:
    """Everything that follows from a post of an account."""
    reach = reach_by_source(post, rng)
    yield from _views(post, reach, rng)
    people = sum(reach.values())
    crowd = _crowd(fans, strangers, rng)
    yield from _acts(post, "like", crowd, 2 + people * (0.011 if post.has_media else 0.008), rng)
    yield from _acts(post, "reshare", crowd, 0.3 + people * 0.001, rng)
    asks = 1.6 if any(mark in post.text for mark in "?？") else 1.0
    yield from _acts(post, "reply", crowd, (0.35 + people * 0.0004) * asks, rng)
    yield from _acts(post, "quote", crowd, people * 0.0001, rng)
    yield from _acts(post, "follow", list(strangers), 0.25 + people * 0.0005, rng)
    if post.followers < _FEW_FOLLOWERS:
        yield from _welcome(post, strangers, rng)


def to_answer(
    number: int, answered: Resident, created_at: float, rng: random.Random
) -> Iterator[Plan]:
    """What somebody does who was answered by an account."""
    if rng.random() < 0.75:  # noqa: PLR2004
        yield Plan(created_at + rng.uniform(5, 60), "like", answered.id, number)
    if rng.random() < 0.3:  # noqa: PLR2004
        yield Plan(created_at + rng.uniform(15, 200), "follow", answered.id, number)
    if rng.random() < 0.2:  # noqa: PLR2004
        text = town.thanks_text(answered.language, rng)
        yield Plan(created_at + rng.uniform(30, 400), "reply", answered.id, number, text)


def daily_life(
    handle: str,
    followers: int,
    crowds: tuple[Sequence[Resident], Sequence[Resident]],
    hour: float,
    rng: random.Random,
) -> Iterator[Plan]:
    """What happens in one hour without any post: visits, mentions, a follower lost."""
    fans, strangers = crowds
    awake = hour_factor(hour)
    means = {"follow": 0.035 + followers * 6e-6, "unfollow": followers * 5e-6, "mention": 0.012}
    for kind, mean in means.items():
        people = fans if kind == "unfollow" else strangers
        for _ in range(poisson(mean * awake, rng) if people else 0):
            who = rng.choice(people)
            text = town.mention_text(handle, who.language, rng) if kind == "mention" else ""
            yield Plan(hour + rng.uniform(0, 3600), kind, who.id, None, text)


def _crowd(
    fans: Sequence[Resident], strangers: Sequence[Resident], rng: random.Random
) -> list[Resident]:
    """Those who may react: followers first, and some who came by."""
    some = rng.sample(list(strangers), min(len(strangers), 40 + len(fans) // 4))
    return [*fans, *some]


def _views(post: Seen, reach: dict[str, int], rng: random.Random) -> Iterator[Plan]:
    """Views come in portions: at once, within the hour, the day and the week."""
    for source, people in reach.items():
        left = people
        for share, seconds in ((0.2, 20.0), (0.45, 1800.0), (0.8, 28800.0), (1.0, 172800.0)):
            portion = round(people * share) - (people - left)
            if portion > 0:
                due = post.created_at + seconds * rng.uniform(0.6, 1.4)
                yield Plan(due, "view", source, post.number, "", portion)
                left -= portion


def _delay(rng: random.Random) -> float:
    return min(_LATEST_SECONDS, 4 + rng.lognormvariate(math.log(_MEDIAN_SECONDS), _SPREAD))


def _acts(
    post: Seen, kind: str, people: Sequence[Resident], mean: float, rng: random.Random
) -> Iterator[Plan]:
    able = _speakers(people, post.language, rng) if kind in {"reply", "quote"} else list(people)
    for who in rng.sample(able, min(len(able), poisson(mean, rng))):
        yield Plan(
            post.created_at + _delay(rng), kind, who.id, post.number, _said(kind, post, who, rng)
        )


def _speakers(people: Sequence[Resident], language: str, rng: random.Random) -> list[Resident]:
    """Those who would say something: mostly people who speak the language of the post."""
    return [
        who
        for who in people
        if not language or who.language == language or rng.random() < _FOREIGN_SHARE
    ]


def _said(kind: str, post: Seen, who: Resident, rng: random.Random) -> str:
    if kind == "reply":
        return town.reply_text(post.text, who.language, rng)
    return town.quote_text(who.language, rng) if kind == "quote" else ""


def _welcome(post: Seen, strangers: Sequence[Resident], rng: random.Random) -> Iterator[Plan]:
    """A new account is noticed at once: nobody should have to wait to see the loop close."""
    if not strangers:
        return
    liker, second, follower = (rng.choice(strangers) for _ in range(3))
    talker = rng.choice(_speakers(strangers, post.language, rng))
    start = post.created_at
    yield Plan(start + rng.uniform(3, 8), "like", liker.id, post.number)
    yield Plan(start + rng.uniform(6, 20), "like", second.id, post.number)
    yield Plan(start + rng.uniform(5, 15), "follow", follower.id, post.number)
    yield Plan(
        start + rng.uniform(8, 25),
        "reply",
        talker.id,
        post.number,
        town.reply_text(post.text, talker.language, rng),
    )
