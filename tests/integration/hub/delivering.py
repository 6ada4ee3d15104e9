"""Deliveries as publishing makes them."""

from __future__ import annotations

import itertools
from typing import Any

from enishi.channels.contract import Outgoing
from enishi.kernel import clock

_numbers = itertools.count(1)


def outgoing(text: str, **more: Any) -> Outgoing:
    """A delivery with a key of its own."""
    key = more.pop("key", f"key{next(_numbers)}")
    return Outgoing(key=key, text=text, created_at=clock.now(), language="en", **more)
