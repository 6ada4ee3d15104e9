"""REST: the plan, what it takes and what it rests on."""

from __future__ import annotations

from ninja import Router

from enishi.strategy.api import keeping, plan, starting, thinking, work

router = Router()
for part in (starting, work, thinking, keeping, plan):
    router.add_router("", part.router)

__all__ = ["router"]
