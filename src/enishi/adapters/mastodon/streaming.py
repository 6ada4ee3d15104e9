"""Reading a server's stream of events over a WebSocket. Pure."""

from __future__ import annotations

import json

PATH = "/api/v1/streaming"
PARAMS = {"stream": "user:notification"}
OPEN = "open"
CLOSED_TO_US = frozenset({"HTTP 401", "HTTP 403"})


def event(message: str) -> str:
    """The name of the event in a message; empty when it holds none.

    The first message is empty: it says that the stream is open.
    """
    if not message:
        return OPEN
    try:
        found = json.loads(message)
    except ValueError:
        return ""
    return str(found.get("event", "")) if isinstance(found, dict) else ""
