"""The people of the simulated town, and what they say. Everything follows from a seed."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

POPULATION = 3000
JAPANESE_SHARE = 0.65
_SPECIAL_TOPICS = ("coffee", "event", "sale")


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody who lives in the town."""

    id: str
    handle: str
    name: str
    language: str


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("town.toml").read_text(encoding="utf-8"))


def residents(seed: int) -> Iterator[Resident]:
    """Everybody, always the same for a seed."""
    rng = random.Random(seed)  # noqa: S311 - a simulation
    for number in range(1, POPULATION + 1):
        yield (_japanese if rng.random() < JAPANESE_SHARE else _english)(number, rng)


def resident_id(number: int) -> str:
    return f"resident-{number}"


def _japanese(number: int, rng: random.Random) -> Resident:
    names = _words()["names"]["ja"]
    family, given = rng.randrange(len(names["family"])), rng.randrange(len(names["given"]))
    handle = f"{names['given_roman'][given]}_{names['family_roman'][family]}{number}"
    name = f"{names['family'][family]} {names['given'][given]}"
    return Resident(resident_id(number), handle, name, "ja")


def _english(number: int, rng: random.Random) -> Resident:
    names = _words()["names"]["en"]
    given, family = rng.choice(names["given"]), rng.choice(names["family"])
    handle = f"{given}.{family}{number}".lower()
    return Resident(resident_id(number), handle, f"{given} {family}", "en")


def topic_of(text: str) -> str:
    """What a post is about, as far as the town's people notice."""
    lowered, talk = text.lower(), _words()["talk"]
    hits = {
        topic: sum(word in lowered for word in talk[topic]["words"]) for topic in _SPECIAL_TOPICS
    }
    best = max(hits, key=lambda topic: hits[topic])
    return best if hits[best] else "general"


def reply_text(post_text: str, language: str, rng: random.Random) -> str:
    """What somebody answers to a post."""
    talk, chance = _words()["talk"], rng.random()
    if chance < 0.05:  # noqa: PLR2004 - one in twenty complains
        topic = "complaint"
    elif chance < 0.3:  # noqa: PLR2004 - a quarter ask something
        topic = "question"
    else:
        topic = rng.choice([topic_of(post_text), "general"])
    return str(rng.choice(talk[topic][language]))


def thanks_text(language: str, rng: random.Random) -> str:
    """What somebody answers who was answered."""
    return str(rng.choice(_words()["thanks"][language]))


def mention_text(handle: str, language: str, rng: random.Random) -> str:
    """What somebody says about an account without being asked."""
    return str(rng.choice(_words()["mention"][language])).format(handle=handle)


def quote_text(language: str, rng: random.Random) -> str:
    """What somebody adds when showing a post to others."""
    return str(rng.choice(_words()["quote"][language]))
