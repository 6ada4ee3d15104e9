"""The roaster's plan beyond its tree: what it takes, what it rests on, what was decided."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from enishi.accounts.permissions import Actor
from enishi.activities.log import Direction, NewActivity, record
from enishi.sample.writing import ZONE
from enishi.strategy import actions, queries
from enishi.strategy.core.nodes import Level
from enishi.strategy.inputs import Details, Measure

_WEEKS = 6
_LEADS, _CUSTOMERS = 74, 7
_QUARTER_DAYS = 91
_HOURS = {"tactic_brew": (50, 40, 45, 0, 55), "tactic_bean": (30, 0, 60, 0, 45)}
"""Minutes from Monday to Friday."""


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("company.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Company:
    """Somebody at work on the plan, in one language, at one time."""

    actor: Actor
    language: str
    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(ZONE).date()

    def say(self, words: Mapping[str, str]) -> str:
        return words["ja" if self.language == "ja" else "en"]

    def word(self, table: str, key: str) -> str:
        return self.say(_data()[table][key])


def set_up(actor: Actor, nodes: Mapping[str, UUID], language: str, now: datetime) -> None:
    """Fill in what the tree of the sample does not say by itself.

    `nodes` names the nodes of the tree: goal, strategy, strategy2, followers, likes,
    engagement and the tactics.
    """
    company = Company(actor, language, now)
    tactics = _grow(company, nodes)
    _describe(company, nodes)
    _think(company, nodes)
    _need(company, tactics)
    _work(company, tactics)
    _look_outside(company)
    _keep(company)


# --- the tree ------------------------------------------------------------------------------


def _grow(company: Company, nodes: Mapping[str, UUID]) -> dict[str, UUID]:
    """Leads, customers out of them, and the tactics for both."""
    actor, start = company.actor, company.today - timedelta(days=54)
    _win_leads(company, start)
    why, end = company.word("objectives", "leads_why"), start + timedelta(days=_QUARTER_DAYS - 1)
    leads = _objective(
        company,
        "leads",
        nodes["strategy"],
        Measure("leads", 0, 120, start, end, why),
        {"kind": "leads", "purpose": "sales", "function": "sales", "boxes": ["customers"]},
    )
    _objective(
        company,
        "customers",
        nodes["strategy"],
        Measure("purchases", 0, 12, start, end, why, upstream_id=leads),
        {"purpose": "sales", "function": "sales", "boxes": ["goals", "value"]},
    )
    found = {key: nodes[key] for key in ("tactic_brew", "tactic_bean", "tactic_event")}
    for key, parent in (
        ("tactic_leaf", leads),
        ("tactic_guest", nodes["followers"]),
        ("tactic_reply", nodes["engagement"]),
    ):
        details = Details(company.word("objectives", key), owner_id=actor.user_id)
        made = actions.create_node(actor, level=Level.TACTIC, details=details, parent_id=parent)
        found[key] = made.id
    return found


def _objective(
    company: Company, key: str, parent: UUID, measure: Measure, facets: Mapping[str, Any]
) -> UUID:
    details = Details(company.word("objectives", key), owner_id=company.actor.user_id)
    made = actions.create_node(
        company.actor,
        level=Level.OBJECTIVE,
        details=details,
        parent_id=parent,
        measure=measure,
        facets=facets,
    )
    return made.id


def _win_leads(company: Company, start: date) -> None:
    """Requests for the leaflet, and the few who subscribed since."""
    opening = datetime.combine(start, datetime.min.time(), ZONE)
    span = (company.now - opening) / _LEADS
    won = [opening + span * (number + 0.4) for number in range(_LEADS)]
    acts = [_act(company, "schema:RegisterAction", number, at) for number, at in enumerate(won)]
    for number in range(_CUSTOMERS):
        person = number * 8 + 3
        bought = min(won[person] + timedelta(days=9), company.now - timedelta(hours=1))
        acts.append(_act(company, "schema:BuyAction", person, bought))
    record(acts)


def _act(company: Company, kind: str, person: int, at: datetime) -> NewActivity:
    return NewActivity(
        workspace_id=company.actor.workspace_id,
        type=kind,
        key=f"sample-{kind}-{person}",
        source="import:shop",
        occurred_at=at,
        direction=Direction.INBOUND,
        actor_key=f"shop:{person:03d}",
        actor_name=f"No. {person + 101}",
    )


# --- what is said about it -----------------------------------------------------------------


def _describe(company: Company, nodes: Mapping[str, UUID]) -> None:
    _change(company, Level.GOAL, nodes["goal"], review_on=company.today + timedelta(days=9))
    four = {name: company.word("strategy", name) for name in ("what", "who", "how", "why")}
    _change(
        company,
        Level.STRATEGY,
        nodes["strategy"],
        **four,
        scope="marketing",
        budget=150_000,
    )
    _change(company, Level.STRATEGY, nodes["strategy2"], scope="operation")
    for key, facets in (
        ("followers", {"kind": "awareness", "purpose": "branding", "boxes": ["customers"]}),
        ("likes", {"purpose": "branding", "boxes": ["value"], "kpis": ["amplification_rate"]}),
        ("engagement", {"purpose": "satisfaction", "boxes": ["customers"]}),
    ):
        _change(company, Level.OBJECTIVE, nodes[key], function="marketing", **facets)
    actions.approve_strategy(company.actor, nodes["strategy"])
    actions.set_pillar_reason(
        company.actor,
        pillar="collaboration",
        reason=company.word("pillars", "collaboration"),
    )
    actions.create_from_starter(company.actor, key="applicants", language=company.language)


def _change(company: Company, level: Level, node_id: UUID, **facets: Any) -> None:
    found = queries.details(company.actor, level, node_id)
    actions.update_node(company.actor, level=level, node_id=node_id, details=found, facets=facets)


def _think(company: Company, nodes: Mapping[str, UUID]) -> None:
    for box, words in _data()["canvas"].items():
        actions.set_box(company.actor, box=box, text=company.say(words))
    for one in _data()["risks"]:
        risk = actions.save_risk(
            company.actor,
            title=company.say(one["title"]),
            probability=one["probability"],
            impact=one["impact"],
            strategy_id=nodes["strategy"],
            response=company.say(one["response"]),
            owner_id=company.actor.user_id,
        )
        if "evidence" in one:
            actions.close_risk(company.actor, risk.id, evidence=company.say(one["evidence"]))
    for one in _data()["options"]:
        made = actions.add_option(
            company.actor,
            strategy_id=nodes["strategy"],
            title=company.say(one["title"]),
            note=company.say(one["note"]),
        )
        reason = company.say(one["reason"])
        actions.decide_option(company.actor, made.id, chosen=one["chosen"], reason=reason)


def _look_outside(company: Company) -> None:
    for one in _data()["factors"]:
        made = actions.add_factor(
            company.actor,
            area=one["area"],
            title=company.say(one["title"]),
            detail=company.say(one["detail"]),
            effective=one["effective"],
            keywords=one["keywords"],
        )
        if "finding" in one:
            for link in made.links.all():
                finding = company.say(one["finding"])
                actions.review_link(company.actor, link.id, finding=finding)


# --- time and money ------------------------------------------------------------------------


def _need(company: Company, tactics: Mapping[str, UUID]) -> None:
    """The plan takes a few hours more than there are, as plans do."""
    for key, hours, scope, priority in (
        ("tactic_brew", 5, "operation", 1),
        ("tactic_bean", 3, "operation", 1),
        ("tactic_event", 2, "marketing", 2),
        ("tactic_leaf", 3, "marketing", 1),
        ("tactic_guest", 2, "marketing", 3),
        ("tactic_reply", 3, "operation", 1),
    ):
        _line(company, tactics[key], "hours", hours * 60, "weekly")
        _change(company, Level.TACTIC, tactics[key], scope=scope, priority=priority)
    _line(company, tactics["tactic_leaf"], "money", 30_000, "monthly", "ads")
    _line(company, tactics["tactic_bean"], "tool", 2_000, "monthly", "tool")
    for key, hours in (("boss", 10), ("roaster", 5)):
        name = company.word("words", key)
        actions.save_resource(company.actor, kind="person", name=name, minutes_per_week=hours * 60)
    actions.save_resource(company.actor, kind="partner", name=company.word("words", "farm"))
    actions.set_plan_settings(company.actor, currency="JPY", hourly_rate=2_500)


def _line(
    company: Company, tactic: UUID, kind: str, amount: int, rhythm: str, label: str = ""
) -> None:
    actions.add_line(
        company.actor,
        tactic_id=tactic,
        kind=kind,
        amount=amount,
        rhythm=rhythm,
        label=company.word("words", label) if label else "",
    )


def _work(company: Company, tactics: Mapping[str, UUID]) -> None:
    monday = company.today - timedelta(days=company.today.weekday())
    for week in range(_WEEKS):
        for offset in range(5):
            day = monday - timedelta(weeks=week) + timedelta(days=offset)
            if day <= company.today:
                _day(company, tactics, day, offset)
    for key, back, amount in (("tactic_leaf", 40, 30_000), ("tactic_leaf", 9, 30_000)):
        _cost(company, tactics[key], back, amount, "media", "ads")
    _cost(company, tactics["tactic_guest"], 6, 18_000, "creator", "beans")
    for key in ("task1", "task2"):
        actions.add_task(
            company.actor,
            title=company.word("words", key),
            tactic_id=tactics["tactic_guest" if key == "task1" else "tactic_bean"],
            due=company.today + timedelta(days=5),
        )


def _day(company: Company, tactics: Mapping[str, UUID], day: date, offset: int) -> None:
    for key, minutes in _HOURS.items():
        if minutes[offset]:
            actions.log_work(
                company.actor, day=day, minutes=minutes[offset], tactic_id=tactics[key]
            )
    if offset == 0:
        meeting = company.word("words", "meeting")
        actions.log_work(company.actor, day=day, minutes=30, activity=meeting)
    actions.log_work(
        company.actor, day=day, minutes=25 + 5 * offset, tactic_id=tactics["tactic_reply"]
    )


def _cost(company: Company, tactic: UUID, back: int, amount: int, kind: str, label: str) -> None:
    actions.add_cost(
        company.actor,
        day=company.today - timedelta(days=back),
        amount=amount,
        label=company.word("words", label),
        kind=kind,
        tactic_id=tactic,
    )


def _keep(company: Company) -> None:
    """A version of the plan, and the review of last month with two versions of its minutes."""
    actions.keep_version(company.actor, label=company.word("words", "version"))
    month = company.today.replace(day=1) - timedelta(days=1)
    review = actions.draft_review(company.actor, month)
    for key in ("first", "second"):
        actions.write_minutes(company.actor, review.id, text=company.word("minutes", key))
