"""REST: the plan, what it takes and what it rests on."""

from __future__ import annotations

from enishi.strategy.api.plan import router

__all__ = ["router"]
