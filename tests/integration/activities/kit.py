"""Names for the fixtures that make activities and observations."""

from __future__ import annotations

from collections.abc import Callable

from enishi.activities.log import NewActivity, NewObservation

Act = Callable[..., NewActivity]
Observe = Callable[..., NewObservation]
