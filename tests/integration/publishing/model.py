"""A platform in memory for the model of deliveries: the real adapter, other wires.

It breaks where it is told to: before or after a call took effect, by an error of each kind
or by the death of the worker; and it can let other things happen in the middle of a call.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from asgiref.sync import sync_to_async

from enishi.channels.contract import Connection
from enishi.channels.errors import (
    AuthExpiredError,
    OutcomeUnknownError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from enishi.channels.parts import about_to_act
from enishi.channels.registry import AdapterType
from enishi.kernel import clock
from tests.lab.loopback.adapter import KeyAdapter, LoopbackAdapter, PersonAdapter, ReadbackAdapter


class WorkerDied(BaseException):
    """The process is gone at this point."""


class Step(StrEnum):
    """What becomes of one call."""

    FINE = "fine"
    UNREACHED = "unreached"
    LOST_BEFORE = "lost before it took effect"
    LOST_AFTER = "lost after it took effect"
    THROTTLED = "throttled"
    REFUSED = "refused"
    EXPIRED = "expired"
    BUG_BEFORE = "a bug before"
    BUG_AFTER = "a bug after"
    DIED_BEFORE = "died before"
    DIED_AFTER = "died after"
    MEANWHILE = "something else first"


@dataclass(slots=True)
class Platform:
    """What stands, and how the next calls go."""

    posts: list[dict[str, Any]] = field(default_factory=list)
    edits: list[tuple[str, str]] = field(default_factory=list)
    """Which post was given which text."""
    steps: list[Step] = field(default_factory=list)
    meanwhile: Callable[[], None] = field(default=lambda: None)

    def step(self) -> Step:
        """How this call goes."""
        return self.steps.pop(0) if self.steps else Step.FINE

    def of(self, key: str) -> list[dict[str, Any]]:
        """The posts of a delivery."""
        return [post for post in self.posts if post["key"].partition(".")[0] == key]

    def effects(self) -> Counter[str]:
        """How often each part of each delivery stands."""
        return Counter(post["key"] for post in self.posts)

    def serve(self, account: str, method: str, path: str, body: dict[str, Any]) -> Any:
        """The answer to a call."""
        if method == "GET" and (key := body["params"].get("key") if "params" in body else ""):
            return [post for post in self.posts if post["key"] == key]
        if path.startswith("/posts/"):
            return self._one(method, path.removeprefix("/posts/"), body)
        if method == "GET":
            mine = [post for post in self.posts if post["account"] == account]
            return mine[:-101:-1]
        if path == "/posts":
            made = dict(body["json"]) | {"id": f"p{len(self.posts) + 1}", "account": account}
            made |= {"created_at": clock.now().timestamp()}
            self.posts.append(made)
            return made
        return {"id": "m1"}

    def _one(self, method: str, identifier: str, body: dict[str, Any]) -> dict[str, Any]:
        """One post, after it was changed if that is asked for."""
        post = next(post for post in self.posts if post["id"] == identifier)
        if method == "PUT":
            post["text"] = body["json"]["text"]
            self.edits.append((identifier, post["text"]))
        return post


class ModelClient:
    """Takes the place of the adapter's HTTP client."""

    def __init__(self, platform: Platform, connection: Connection) -> None:
        self._platform = platform
        self._account = connection.remote_id

    async def call(self, method: str, path: str, *, effect: bool = False, **body: Any) -> Any:
        step = self._platform.step()
        if step is Step.MEANWHILE:
            await sync_to_async(self._platform.meanwhile)()
        if effect:
            await about_to_act()
        _break_before(step, effect=effect)
        answer = self._platform.serve(self._account, method, path, body)
        _break_after(step, effect=effect)
        return answer


def _break_before(step: Step, *, effect: bool) -> None:
    if step is Step.LOST_BEFORE:
        raise OutcomeUnknownError("lost") if effect else TransientError("lost")
    if step is Step.DIED_BEFORE:
        raise WorkerDied
    errors: dict[Step, Exception] = {
        Step.UNREACHED: TransientError("unreached"),
        Step.THROTTLED: RateLimitedError("slow down", retry_after=5),
        Step.REFUSED: RejectedError("no"),
        Step.EXPIRED: AuthExpiredError("who are you?"),
        Step.BUG_BEFORE: ZeroDivisionError("a bug"),
    }
    if step in errors:
        raise errors[step]


def _break_after(step: Step, *, effect: bool) -> None:
    if step is Step.LOST_AFTER:
        raise OutcomeUnknownError("lost") if effect else TransientError("lost")
    if step is Step.BUG_AFTER:
        raise ZeroDivisionError("a bug")
    if step is Step.DIED_AFTER:
        raise WorkerDied


def adapters(platform: Platform, real: Callable[[str], AdapterType]) -> dict[str, AdapterType]:
    """The loopback adapters over this platform, by id."""
    found = {}
    classes: tuple[type[LoopbackAdapter], ...] = (KeyAdapter, ReadbackAdapter, PersonAdapter)
    for kind in classes:

        class Wired(kind):  # type: ignore[valid-type, misc]
            def __init__(self, connection: Connection) -> None:
                super().__init__(connection)
                self._client = ModelClient(platform, connection)

        name = f"loopback_{kind.__name__.removesuffix('Adapter').lower()}"
        known = real(name)
        found[name] = AdapterType(known.manifest, Wired, known.folder)
    return found
