"""What no network tells of the roaster: searches, competitors, costs, sales; and decisions."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from enishi.accounts.permissions import Actor
from enishi.activities.log import Direction, NewActivity, NewObservation, observe, record
from enishi.activities.models import Activity
from enishi.channels.actions import classifying as classify
from enishi.channels.models import Channel
from enishi.lenses import actions as lenses
from enishi.lenses import computing
from enishi.lenses.core.stages import Condition
from enishi.lenses.inputs import PlanInput
from enishi.sample.writing import ZONE, brand

_DAYS = 120
_HELPED = 4
_ANSWERS = {
    "online": (2, 2, 2, 2, 2, 1, 2),
    "wholesale": (0, 0, 1, 1, 1, 2, 1),
}
_QUESTIONS = (
    "audience", "resources", "purpose", "content", "answering", "risk", "measuring",
)  # fmt: skip
_SITE = "https://hinode.example/beans?utm_source={}&utm_medium={}&utm_campaign={}"
_CAMPAIGNS = (
    ("social", "post", "brew-note"),
    ("social", "post", "bean-of-the-week"),
    ("social", "profile", ""),
    ("newsletter", "mail", "morning"),
)


def observe_market(actor: Actor, channels: Sequence[Channel], now: datetime, seed: int) -> None:
    """Four months of numbers that people would import or note, and what buyers did."""
    rng = random.Random(seed)  # noqa: S311 - made-up data
    observe([*_daily(actor, now, rng), *_costs(actor, channels, now, rng)])
    record(_visits(actor, channels, now, rng))
    observe(_helped(actor, now, rng))


def decide(actor: Actor, channels: Sequence[Channel], language: str) -> None:
    """Plans of approach with a rule, two assessments, a division of the hours."""
    words = brand().words
    for channel, weight in zip(channels, (0.7, 0.3), strict=True):
        classify.set_taxonomy(actor, channel.id, sns_weight=weight)
    lenses.place_item(actor, metric="spend", subject="flyer", place="elsewhere")
    account = lenses.create_plan(
        actor,
        PlanInput(
            title=words("lenses", "account", language),
            approach="account",
            channel_ids=tuple(channel.id for channel in channels),
            networking=65,
            sns_share=30,
        ),
    )
    lenses.start_plan(actor, account.id)
    lenses.add_trigger(
        actor,
        account.id,
        conditions=[Condition("quality_followers", 3000), Condition("talk_rate", 0.02)],
        proposed=50,
    )
    content = lenses.create_plan(
        actor,
        PlanInput(
            title=words("lenses", "content", language),
            approach="content",
            topics=words("lenses", "topics", language).split(","),
            sns_share=20,
        ),
    )
    lenses.start_plan(actor, content.id)
    lenses.check_triggers(actor)
    for key, points in _ANSWERS.items():
        answers = dict(zip(_QUESTIONS, points, strict=True))
        lenses.assess(actor, purpose=words("lenses", key, language), answers=answers)
    reason = words("lenses", "reason", language)
    lenses.divide_effort(actor, purpose="loyalty", hours=12, network=0.6, reason=reason)
    computing.request(actor.workspace_id)


def _at(now: datetime, back: int, hour: int = 12) -> datetime:
    day: date = now.astimezone(ZONE).date() - timedelta(days=back)
    return datetime.combine(day, time(hour), ZONE)


def _note(
    actor: Actor, metric: str, value: float, at: datetime, subject: str = "", **more: object
) -> NewObservation:
    fields: dict[str, object] = {"channel_id": None} | more
    return NewObservation(
        workspace_id=actor.workspace_id,
        subject=subject,
        metric=metric,
        value=value,
        observed_at=at,
        source="enishi",
        **fields,  # type: ignore[arg-type]  # the channel alone
    )


def _daily(actor: Actor, now: datetime, rng: random.Random) -> Iterator[NewObservation]:
    """Branded searches with some days missing, and how often competitors were spoken of."""
    for back in range(_DAYS, 0, -1):
        at = _at(now, back)
        weekend = 1.3 if at.weekday() >= 5 else 1.0  # noqa: PLR2004 - Saturday
        if rng.random() > 0.06:  # noqa: PLR2004 - some days were never exported
            searches = round((34 + (_DAYS - back) * 0.12) * weekend * rng.uniform(0.8, 1.2))
            yield _note(actor, "branded_searches", searches, at)
        for rival, mean in (("Kamome Coffee", 0.7), ("Yuigahama Roasters", 0.4)):
            yield _note(actor, "rival_mentions", float(rng.random() < mean), at, rival)


def _costs(
    actor: Actor, channels: Sequence[Channel], now: datetime, rng: random.Random
) -> Iterator[NewObservation]:
    """Advertisements, work and sales; a flyer that has nothing to do with social media."""
    for week in range(_DAYS // 7):
        at = _at(now, week * 7 + 2)
        for number, channel in enumerate(channels):
            here = {"channel_id": channel.id}
            named = f"{at:%Y-%m-%d}/{number}"
            yield _note(actor, "spend", rng.randrange(2, 9) * 1000, at, f"ad/{named}", **here)
            yield _note(actor, "labour_cost", 18_000, at, f"hours/{named}", **here)
            sold = rng.randrange(20, 80) * 1000
            yield _note(actor, "revenue", sold, at, f"orders/{named}", **here)
            yield _note(actor, "gross_profit", sold * 0.4, at, f"orders/{named}", **here)
    yield _note(actor, "spend", 48_000, _at(now, 20), "flyer")


def _visits(
    actor: Actor, channels: Sequence[Channel], now: datetime, rng: random.Random
) -> Iterator[NewActivity]:
    for number in range(160):
        at = _at(now, rng.randrange(1, 28), rng.randrange(8, 22))
        source = _CAMPAIGNS[min(3, int(rng.expovariate(1.1)))]
        yield _did(
            actor, channels, "schema:InteractAction", f"click/{number}", at, _SITE.format(*source)
        )
        if number % 5 == 0:
            yield _did(actor, channels, "schema:BuyAction", f"order/{number}", at, "beans")
        if number % 9 == 0:
            yield _did(actor, channels, "schema:RegisterAction", f"mail/{number}", at, "newsletter")


def _did(
    actor: Actor, channels: Sequence[Channel], kind: str, key: str, at: datetime, about: str
) -> NewActivity:
    return NewActivity(
        workspace_id=actor.workspace_id,
        type=kind,
        key=key,
        source="enishi",
        occurred_at=at,
        channel_id=channels[0].id,
        direction=Direction.INBOUND,
        object_key=about,
        document={"type": ["Activity", kind], "object": about},
    )


def _helped(actor: Actor, now: datetime, rng: random.Random) -> Iterator[NewObservation]:
    """Some notes on brewing were advertised."""
    rows = Activity.objects.filter(
        workspace_id=actor.workspace_id,
        direction=Direction.OUTBOUND,
        type="Create",
        target_key="",
        text__startswith="【淹れ方メモ】",
        occurred_at__gte=_at(now, 80),
    )
    posts = rows.order_by("-occurred_at").values_list("object_key", "channel_id")
    for number, (post, channel_id) in enumerate(posts[: _HELPED * 2]):
        if number % 2 == 0:
            paid = rng.randrange(180, 420)
            here = {"channel_id": channel_id}
            yield _note(actor, "reach_paid", paid, _at(now, 1), post, **here)
