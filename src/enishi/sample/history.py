"""A year passes in the town: the roaster posts, people react, most of them are answered."""

from __future__ import annotations

import random
import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from enishi.adapters.sandbox.network import FILE_NAME, ActRow, Draft, Network, moment_of
from enishi.kernel.ids import new_id
from enishi.sample.writing import DAYS, Written, brand, year

_SAID = {"reply", "mention", "quote"}
_ANSWERED_SHARE = 0.82
_UNANSWERED = timedelta(hours=76)
"""What people said this recently still waits: somebody has to have work to do."""
_ALL = 100_000


@dataclass(frozen=True, slots=True)
class TownAccount:
    """One of the roaster's accounts, and how to sign in to it."""

    id: str
    handle: str
    password: str
    language: str


def town() -> Network:
    """The town of this data folder."""
    return Network(Path(settings.ENISHI_HOME) / FILE_NAME)


def live_through(network: Network, now: datetime, seed: int) -> list[TownAccount]:
    """Open the accounts a year ago and let the year pass."""
    rng = random.Random(seed)  # noqa: S311 - made-up data
    seen: Counter[str] = Counter()
    with network.together():
        accounts = _open(network, now - timedelta(days=DAYS + 1))
        for post in year(now, seed):
            _answer(network, accounts, seen, post.at, now, rng)
            network.publish(accounts[post.account].id, [_draft(post)], at=post.at)
        _answer(network, accounts, seen, now, now, rng)
    return accounts


def _open(network: Network, at: datetime) -> list[TownAccount]:
    """Handles carry a few random letters: several samples may live in one town."""
    suffix = new_id().hex[-4:]
    opened = []
    for account in brand().accounts:
        handle, password = f"{account['handle']}_{suffix}", secrets.token_urlsafe(12)
        identifier = network.join(
            handle,
            password,
            name=account["name"],
            about=account["about"],
            language=account["language"],
            followers=account["followers"],
            at=at,
        )
        opened.append(TownAccount(identifier, handle, password, account["language"]))
    return opened


def _draft(post: Written) -> Draft:
    picture = {"type": "image/jpeg", "alt": post.picture, "bytes": 240_000}
    return Draft(text=post.text, language=post.language, media=[picture] if post.picture else [])


def _answer(
    network: Network,
    accounts: list[TownAccount],
    seen: Counter[str],
    at: datetime,
    now: datetime,
    rng: random.Random,
) -> None:
    """Answer most of what people said since the last look, some hours after they said it."""
    for account in accounts:
        acts = network.acts(account.id, after=seen[account.id], limit=_ALL, until=at)
        for act in acts:
            seen[account.id] = act.number
            if _deserves_an_answer(act, now, rng):
                moment = min(at, moment_of(act.at) + timedelta(minutes=rng.uniform(4, 300)))
                text = brand().answer(act.actor.language, rng)
                number = act.post.number if act.post else None
                draft = Draft(text=text, language=act.actor.language, reply_to=number)
                network.publish(account.id, [draft], at=moment)


def _deserves_an_answer(act: ActRow, now: datetime, rng: random.Random) -> bool:
    return (
        act.kind in _SAID
        and now - moment_of(act.at) > _UNANSWERED
        and rng.random() < _ANSWERED_SHARE
    )
