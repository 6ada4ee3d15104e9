"""A network on paper: slow, forgetful or strict, as a test wants it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from asgiref.sync import sync_to_async

from enishi.channels import registry
from enishi.channels.contract import Account, Connection, Outgoing, Page, Problem, Receipt
from enishi.channels.core.matching import Posted
from enishi.channels.manifest import Publishing, Reconcile
from enishi.channels.parts import about_to_act, thread
from enishi.channels.readback import look
from enishi.channels.registry import AdapterType
from enishi.kernel import clock
from enishi.vocab import Node, build


@dataclass
class Paper:
    """What stands there, and what goes wrong: `before` and `after` run around each post."""

    posts: list[tuple[str, str, datetime]] = field(default_factory=list)
    before: Callable[[str], object] = lambda _text: None
    after: Callable[[str], object] = lambda _text: None
    seconds: float = 0.0
    looked: int = 0

    @property
    def texts(self) -> list[str]:
        return [text for _id, text, _at in self.posts]


PAPER = Paper()


class PaperAdapter:
    """Speaks to `PAPER`."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def verify(self) -> Account:
        return Account("paper", "paper", "Paper", "https://paper.test")

    def length(self, text: str) -> int:
        return len(text)

    def problems(self, _outgoing: Outgoing) -> Sequence[Problem]:
        return []

    async def publish(self, outgoing: Outgoing) -> Receipt:
        texts = [outgoing.text, *outgoing.thread]
        for number, text in enumerate(texts):
            if thread(number) not in outgoing.parts.done:
                await self._post(outgoing, thread(number), text)
        ids = [str(outgoing.parts.done[thread(number)]) for number in range(len(texts))]
        return Receipt(ids[0], f"https://paper.test/{ids[0]}", parts=ids[1:])

    async def _post(self, outgoing: Outgoing, name: str, text: str) -> None:
        await about_to_act()
        await sync_to_async(PAPER.before)(text)
        identifier = f"paper-{len(PAPER.posts) + 1}"
        PAPER.posts.append((identifier, text, clock.now()))
        await asyncio.sleep(PAPER.seconds)
        await sync_to_async(PAPER.after)(text)
        await outgoing.parts.save(name, identifier)

    async def find(self, outgoing: Outgoing) -> Receipt | None:
        PAPER.looked += 1
        found = look(outgoing, (Posted(*item) for item in PAPER.posts))
        return Receipt(found.remote_id, "") if found else None

    async def history(self, _cursor: str) -> Page:
        return Page([_activity(*item) for item in PAPER.posts], "end")


def _activity(identifier: str, text: str, at: datetime) -> Node:
    note = build("Note", id=identifier, content=text, published=at, url=f"https://p.test/{text}")
    return build("Create", id=f"{identifier}/create", published=at, actor="paper", object=note)


def kind(reconcile: Reconcile) -> AdapterType:
    """The adapter's type, with the sandbox's manifest but for how it is reconciled."""
    sandbox = registry.get("sandbox")
    manifest = sandbox.manifest.model_copy(
        update={"id": "paper", "publishing": Publishing(reconcile=reconcile), "rate_limits": ()}
    )
    return AdapterType(manifest, PaperAdapter, sandbox.folder)
