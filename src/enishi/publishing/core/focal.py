"""The point of a picture that stays visible when it is cropped. Pure."""

from __future__ import annotations

from collections.abc import Sequence

_STEPS = 4


def class_of(focus: Sequence[float] | None) -> str:
    """`at-<x>-<y>`: from the left and from the top, in steps from 0 to 4; empty at the centre.

    Styles cannot be written into pages, so the point is taken to the nearest of 25.
    """
    if not focus or len(focus) != 2:  # noqa: PLR2004 - right and up
        return ""
    right, up = (min(max(float(one), -1.0), 1.0) for one in focus)
    across, down = (round((one + 1) * _STEPS / 2) for one in (right, -up))
    return "" if across == down == _STEPS // 2 else f"at-{across}-{down}"
