"""Whether a target, or a jump, can be believed (R041)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median

from enishi.strategy.core.smart import IMPLAUSIBLE

MONTH = 30
_USUAL_TIMES = 10.0
_LEAST_JUMP = 100.0
_LEAST_SHARE = 0.02
_REACH_TIMES = 2.0
_LOOK_BACK = 28


class Likelihood(StrEnum):
    """How a target compares with one's own history."""

    UNKNOWN = "unknown"
    WITHIN = "within"
    """No more than the best month."""
    STRETCH = "stretch"
    IMPLAUSIBLE = "implausible"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a target needs in a month beside the best month so far."""

    likelihood: Likelihood
    needed: float | None
    best: float | None

    @property
    def ratio(self) -> float | None:
        """How many best months in one; None where that cannot be said."""
        return self.needed / self.best if self.needed is not None and self.best else None


def judge(needed: float | None, best: float | None, implausible: float = IMPLAUSIBLE) -> Judgement:
    """Compare the change per month that is needed with the best that was."""
    if needed is None or best is None:
        return Judgement(Likelihood.UNKNOWN, needed, best)
    if abs(needed) <= best:
        return Judgement(Likelihood.WITHIN, needed, best)
    beyond = abs(needed) >= implausible * best
    return Judgement(Likelihood.IMPLAUSIBLE if beyond else Likelihood.STRETCH, needed, best)


@dataclass(frozen=True, slots=True)
class Jump:
    """A day on which followers changed far more than usual.

    `reach` and `usual_reach` are None where nothing was reported.
    """

    day: date
    before: float
    after: float
    usual: float
    """The median daily change of the four weeks before."""
    reach: float | None
    usual_reach: float | None

    @property
    def change(self) -> float:
        return self.after - self.before

    @property
    def is_explained(self) -> bool:
        """Whether that many people saw something on the day or the day before."""
        if self.reach is None:
            return False
        more = self.usual_reach is None or self.reach >= _REACH_TIMES * self.usual_reach
        return self.reach >= self.change and more


def jumps(
    levels: Mapping[date, float],
    reach: Mapping[date, float],
    times: float = _USUAL_TIMES,
    least: float = _LEAST_JUMP,
) -> list[Jump]:
    """Rises between two neighbouring days that nothing explains, oldest first.

    A rise is looked at when it is more than ten times the usual one, a hundred at least, and
    two in a hundred of all; it is explained when reach rose, too, and is no smaller.
    """
    found = []
    for day in sorted(levels):
        eve = day - timedelta(days=1)
        if eve in levels:
            jump = _jump(day, levels, reach)
            if _is_large(jump, times, least) and not jump.is_explained:
                found.append(jump)
    return found


def _is_large(jump: Jump, times: float, least: float) -> bool:
    return jump.change > max(times * jump.usual, least, _LEAST_SHARE * jump.before)


def _jump(day: date, levels: Mapping[date, float], reach: Mapping[date, float]) -> Jump:
    eve = day - timedelta(days=1)
    past = [day - timedelta(days=back) for back in range(1, _LOOK_BACK + 1)]
    changes = [
        abs(levels[one] - levels[one - timedelta(days=1)])
        for one in past
        if one in levels and one - timedelta(days=1) in levels
    ]
    seen = [reach[one] for one in (eve, day) if one in reach]
    usual = [reach[one] for one in past[1:] if one in reach]
    return Jump(
        day,
        levels[eve],
        levels[day],
        median(changes) if changes else 0.0,
        max(seen) if seen else None,
        median(usual) if usual else None,
    )


def suspicious(found: Sequence[Jump], cleared: Mapping[date, bool]) -> float:
    """Followers of jumps that nobody has cleared: not counted as quality followers."""
    return sum(jump.change for jump in found if not cleared.get(jump.day, False))
