"""A mixed model of engagement: who published a post, and what it is about.

    log(1 + engagements) = typical + account + topic + rest

Account and topic are crossed random effects (Laird and Ware, 1982), fitted by restricted
maximum likelihood. Effects are best linear unbiased predictions: what rests on few posts is
drawn towards the typical, and its interval is wide.
"""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from enishi.analytics.engines import mixed_models, pandas

LEAST_POSTS = 24
"""Fewer posts make no model."""
LEAST_EACH = 8
"""An account with fewer posts is left out."""
LEAST_TOPIC = 3
"""Topics of fewer posts count as no topic."""
MOST_POSTS = 800
"""The newest so many posts are enough; more take long and tell little."""
LEVEL = 0.9
NO_TOPIC = ""
_TINY = 1e-6


class TooFewError(ValueError):
    """There is no honest model: `posts` posts can be used, of which `needed` would do."""

    def __init__(self, posts: int, needed: int) -> None:
        super().__init__(f"{posts} posts are too few: {needed} are needed")
        self.posts = posts
        self.needed = needed


@dataclass(frozen=True, slots=True)
class Sample:
    """A post: the account, what it is about, and its engagements."""

    account: str
    topic: str
    engagements: float


@dataclass(frozen=True, slots=True)
class Effect:
    """How many times the typical engagement somebody or something brings, with its interval."""

    name: str
    posts: int
    factor: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out the typical."""
        return self.low > 1 or self.high < 1


@dataclass(frozen=True, slots=True)
class Powers:
    """The model. An empty list of effects means that there was only one to see."""

    posts: int
    typical: float
    """The engagements of a typical post."""
    accounts: tuple[Effect, ...]
    topics: tuple[Effect, ...]
    account_share: float
    topic_share: float
    """Which part of the differences between posts belongs to whom; the rest is chance."""
    level: float = LEVEL


def estimate(samples: Sequence[Sample]) -> Powers:
    """Fit the model to the last of the samples. Raises `TooFewError`."""
    kept = _kept(samples[-MOST_POSTS:])
    if len(kept) < LEAST_POSTS:
        raise TooFewError(len(kept), LEAST_POSTS)
    parts = {
        name: values
        for name, values in (
            ("account", [one.account for one in kept]),
            ("topic", [one.topic for one in kept]),
        )
        if len(set(values)) > 1
    }
    logs = [math.log1p(one.engagements) for one in kept]
    if not parts or max(logs) - min(logs) < _TINY:
        return Powers(len(kept), math.expm1(float(np.mean(logs))), (), (), 0.0, 0.0)
    return _powers(_fit(logs, parts), parts, len(kept))


def _kept(samples: Sequence[Sample]) -> list[Sample]:
    """Accounts with enough posts; rare topics become no topic."""
    accounts = Counter(one.account for one in samples)
    kept = [one for one in samples if accounts[one.account] >= LEAST_EACH]
    topics = Counter(one.topic for one in kept)
    return [
        one if topics[one.topic] >= LEAST_TOPIC else Sample(one.account, NO_TOPIC, one.engagements)
        for one in kept
    ]


def _fit(logs: Sequence[float], parts: dict[str, list[str]]) -> Any:
    table = pandas.DataFrame({"y": logs, "whole": 1, **parts})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a variance of zero is an answer, too
        model = mixed_models.MixedLM.from_formula(
            "y ~ 1",
            groups="whole",
            vc_formula={name: f"0 + C({name})" for name in parts},
            data=table,
        )
        return model.fit(reml=True, method=["powell", "lbfgs"])


def _powers(fitted: Any, parts: dict[str, list[str]], count: int) -> Powers:
    names, values = fitted.model.exog_vc.names, fitted.vcomp
    variances = {name: float(value) for name, value in zip(names, values, strict=True)}
    whole = sum(variances.values()) + float(fitted.scale)
    shares = {name: value / whole for name, value in variances.items()}
    return Powers(
        posts=count,
        typical=math.expm1(float(fitted.fe_params.iloc[0])),
        accounts=_effects(fitted, "account", parts, variances),
        topics=_effects(fitted, "topic", parts, variances),
        account_share=shares.get("account", 0.0),
        topic_share=shares.get("topic", 0.0),
    )


def _effects(
    fitted: Any, part: str, parts: dict[str, list[str]], variances: dict[str, float]
) -> tuple[Effect, ...]:
    """The predictions of one part, the strongest first."""
    if part not in parts:
        return ()
    posts = Counter(parts[part])
    if variances[part] < _TINY:  # nothing tells them apart
        return tuple(Effect(name, posts[name], 1.0, 1.0, 1.0) for name in sorted(posts))
    means = next(iter(fitted.random_effects.values()))
    errors = next(iter(fitted.random_effects_cov.values()))
    width = NormalDist().inv_cdf(0.5 + LEVEL / 2)
    found = []
    for name in posts:
        label = f"{part}[C({part})[{name}]]"
        middle, half = float(means[label]), width * math.sqrt(float(errors.loc[label, label]))
        found.append(
            Effect(
                name,
                posts[name],
                math.exp(middle),
                math.exp(middle - half),
                math.exp(middle + half),
            )
        )
    return tuple(sorted(found, key=lambda effect: (-effect.factor, effect.name)))
