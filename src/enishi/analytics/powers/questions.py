"""The model computed by a process of its own, as forecasts are: it needs time and memory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from enishi.analytics.child import ask_child
from enishi.analytics.powers.mixed import Effect, Powers, Sample, TooFewError, estimate

_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Refusal:
    """There are too few posts: `posts` can be used, `needed` would do."""

    posts: int
    needed: int


def ask(samples: Sequence[Sample]) -> Powers | Refusal:
    """The model of some posts, oldest first. Blocks while the other process computes."""
    asked = [asdict(sample) for sample in samples]
    return read(ask_child("enishi.analytics.powers", asked, seconds=_SECONDS))


def answer(asked: str) -> str:
    """What the process says to a question in JSON."""
    try:
        found = estimate([Sample(**one) for one in json.loads(asked)])
    except TooFewError as refusal:
        return json.dumps({"posts": refusal.posts, "needed": refusal.needed})
    return json.dumps(asdict(found))


def read(found: dict[str, Any]) -> Powers | Refusal:
    """An answer from JSON."""
    if "needed" in found:
        return Refusal(**found)
    effects = {name: tuple(Effect(**one) for one in found[name]) for name in ("accounts", "topics")}
    return Powers(**(found | effects))
