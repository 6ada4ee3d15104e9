"""Whether something of a delivery may stand on its network before it is settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from enishi.channels.parts import is_visible
from enishi.publishing.core.states import MAY_HAVE_ARRIVED, Outcome

_RAISE_DOUBT = MAY_HAVE_ARRIVED | {Outcome.UNCERTAIN}
_END_DOUBT = frozenset(
    {
        Outcome.DONE,
        Outcome.FOUND,
        Outcome.REFUSED,
        Outcome.TRANSIENT,
        Outcome.LATE,
        Outcome.PAUSED,
    }
)
"""An attempt that ended so had looked before, where there was anything to look for."""


def stands(progress: Mapping[str, object]) -> bool:
    """Whether a part that people can see is known to stand."""
    return any(is_visible(name) for name in progress)


def is_doubtful(outcomes: Iterable[str]) -> bool:
    """Whether attempts, in order, leave open if something arrived."""
    doubt = False
    for outcome in outcomes:
        doubt = outcome in _RAISE_DOUBT or (doubt and outcome not in _END_DOUBT)
    return doubt
