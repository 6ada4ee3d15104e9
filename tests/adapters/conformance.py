"""What every adapter must do, whatever its network.

An adapter's tests make a `Bench` and inherit `AdapterConformance`; the same class runs on
recordings and against real servers. Tests of capabilities that the manifest does not declare
are skipped.
"""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from django.utils import translation

from enishi.channels import registry
from enishi.channels.contract import (
    Adapter,
    Capability,
    Connection,
    Deletes,
    Outgoing,
    Page,
    Publishes,
    ReadsHistory,
    ReadsInbox,
    Receipt,
    Reference,
    ReportsMetrics,
)
from enishi.channels.errors import AuthExpiredError, RejectedError
from enishi.devtools.adapters import undeclared
from enishi.vocab import Node

WRITTEN_AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
KEY = "3m6bcdefgh22a"
"""The key of the delivery in these tests: the same for every run, so that it can be replayed."""


class Bench(ABC):
    """One account on one network, and somebody else there."""

    adapter_id: str
    reasons: frozenset[str] = frozenset()
    """What `others_act` does, in the words of `enishi:reason`."""
    on_the_web: bool = True
    """Whether accounts and posts have an address that a browser can open."""
    refuses_twice: bool = True
    """Whether the network itself takes a key once (the others are asked before a repeat)."""
    exact: bool = True
    """Whether `others_act` does each of these once, or some of them some times."""

    @abstractmethod
    def typed(self) -> Connection:
        """A connection over what a person typed into the connect form."""

    def mistyped(self) -> Connection | None:
        """The same with a wrong password; None when there are no passwords."""
        return None

    @abstractmethod
    async def connected(self) -> Adapter:
        """An adapter for the account, after it has been verified."""

    async def others_act(self, post: Receipt) -> None:  # noqa: B027 - a recording has acted
        """Let somebody react to our post in every way that the network knows."""

    async def settle(self) -> None:  # noqa: B027 - not every network takes its time
        """Wait until the network shows what was written."""


class AdapterConformance:
    """The suite. Subclasses set `adapter_id` and give the fixture `bench`."""

    adapter_id: str

    @pytest.fixture
    def manifest(self):
        return registry.get(self.adapter_id).manifest

    def needs(self, capability: Capability) -> None:
        if not registry.get(self.adapter_id).manifest.supports(capability):
            pytest.skip(f"{self.adapter_id} does not declare {capability}")

    def test_it_implements_exactly_what_it_declares(self):
        assert undeclared(registry.get(self.adapter_id)) == []

    async def test_it_verifies_and_says_who_the_account_is(self, bench):
        account = await registry.get(self.adapter_id).open(bench.typed()).verify()
        assert account.remote_id
        assert account.handle
        assert account.name
        assert account.url.startswith(("https://", "http://")) or not bench.on_the_web

    async def test_it_verifies_again_with_what_it_gave_us_to_keep(self, bench):
        first = await registry.get(self.adapter_id).open(bench.typed()).verify()
        again = await (await bench.connected()).verify()
        assert again.remote_id == first.remote_id

    async def test_it_tells_a_wrong_password_in_plain_words(self, bench):
        connection = bench.mistyped()
        if connection is None:
            pytest.skip("there are no passwords")
        adapter = registry.get(self.adapter_id).open(connection)
        with pytest.raises((RejectedError, AuthExpiredError)) as refused:
            await adapter.verify()
        assert_translated(refused.value.message)
        assert await registry.get(self.adapter_id).open(bench.typed()).verify()

    async def test_it_finds_what_it_published_and_only_that(self, bench):
        self.needs(Capability.PUBLISH)
        adapter = cast("Publishes", await bench.connected())
        assert await adapter.find(outgoing()) is None
        receipt = await adapter.publish(outgoing())
        assert receipt.remote_id
        assert receipt.url or not bench.on_the_web
        found = await adapter.find(outgoing())
        assert found is not None
        assert found.remote_id == receipt.remote_id

    async def test_it_publishes_once_when_told_twice(self, bench):
        self.needs(Capability.PUBLISH)
        if not bench.refuses_twice:
            pytest.skip("the network takes a key more than once")
        adapter = cast("Any", await bench.connected())
        first = await adapter.publish(outgoing())
        second = await adapter.publish(outgoing())
        assert second.remote_id == first.remote_id
        assert len(await read_all(adapter.history)) == 1

    async def test_it_publishes_a_thread_in_order(self, bench, manifest):
        self.needs(Capability.PUBLISH)
        if manifest.text.thread_parts < 3:
            pytest.skip("there are no threads")
        adapter = cast("Any", await bench.connected())
        receipt = await adapter.publish(outgoing(thread=("二つ目", "third")))
        posts = {node.ref("object"): post_of(node) for node in await read_all(adapter.history)}
        assert len(posts) == 3
        assert len(receipt.parts) == 2
        whole = [receipt.remote_id, *receipt.parts]
        for above, below in itertools.pairwise(whole):
            assert posts[below].ref("inReplyTo") == above

    async def test_it_refuses_a_long_text_before_it_sends_anything(self, bench, manifest):
        self.needs(Capability.PUBLISH)
        if not manifest.text.max:
            pytest.skip("there is no limit")
        adapter = cast("Any", await bench.connected())
        fitting, long = "あ" * manifest.text.max, "あ" * (manifest.text.max + 1)
        assert adapter.length(fitting) == manifest.text.max
        assert list(adapter.problems(outgoing(text=fitting))) == []
        (problem,) = adapter.problems(outgoing(text=long))
        assert problem.field == "text"
        assert_translated(problem.message)
        with pytest.raises(RejectedError):
            await adapter.publish(outgoing(text=long))
        assert await adapter.find(outgoing()) is None

    async def test_it_deletes_and_takes_what_is_gone_for_done(self, bench):
        self.needs(Capability.DELETE)
        adapter = cast("Any", await bench.connected())
        assert isinstance(adapter, Deletes)
        receipt = await adapter.publish(outgoing())
        await adapter.delete(receipt.remote_id)
        await adapter.delete(receipt.remote_id)
        assert await adapter.find(outgoing()) is None

    async def test_it_deletes_a_thread_as_a_whole(self, bench):
        self.needs(Capability.DELETE)
        adapter = cast("Any", await bench.connected())
        other = await adapter.publish(outgoing(key=KEY.replace("22a", "33a")))
        thread = await adapter.publish(outgoing(thread=("二つ目", "third")))
        await adapter.delete(thread.remote_id)
        assert await adapter.find(outgoing(thread=("二つ目", "third"))) is None
        left = [act.ref("object") for act in await read_all(adapter.history)]
        assert left == [other.remote_id]

    async def test_it_answers_a_post_in_its_thread(self, bench):
        self.needs(Capability.REPLY)
        adapter = cast("Any", await bench.connected())
        post = await adapter.publish(outgoing())
        first = next(
            n for n in await read_all(adapter.history) if n.ref("object") == post.remote_id
        )
        answer = await adapter.publish(
            outgoing(key=KEY.replace("22a", "33a"), in_reply_to=reference_of(first))
        )
        posts = {node.ref("object"): post_of(node) for node in await read_all(adapter.history)}
        assert posts[answer.remote_id].ref("inReplyTo") == post.remote_id

    async def test_it_reads_what_others_did(self, bench):
        self.needs(Capability.INBOX)
        adapter = cast("Any", await bench.connected())
        assert isinstance(adapter, ReadsInbox)
        before = await last_page(adapter.inbox)
        await bench.others_act(await adapter.publish(outgoing()))
        await bench.settle()
        acts = await read_all(adapter.inbox, before.cursor)
        reasons = {str(act.raw("enishi:reason")) for act in acts}
        assert reasons == bench.reasons if bench.exact else reasons <= bench.reasons
        assert acts
        assert_well_formed(acts)

    async def test_it_goes_on_reading_where_it_stopped(self, bench):
        self.needs(Capability.INBOX)
        adapter = cast("Any", await bench.connected())
        await bench.others_act(await adapter.publish(outgoing()))
        await bench.settle()
        first = await last_page(adapter.inbox)
        assert (await adapter.inbox(first.cursor)).items == []

    async def test_it_reads_its_own_posts_once(self, bench):
        self.needs(Capability.HISTORY)
        adapter = await bench.connected()
        assert isinstance(adapter, ReadsHistory)
        if isinstance(adapter, Publishes):
            await adapter.publish(outgoing())
        acts = await read_all(adapter.history)
        assert acts
        assert {act.type for act in acts} == {"Create"}
        assert_well_formed(acts)
        end = await last_page(adapter.history)
        assert (await adapter.history(end.cursor)).items == []

    async def test_it_measures_the_account_and_its_posts(self, bench):
        self.needs(Capability.METRICS)
        adapter = cast("Any", await bench.connected())
        assert isinstance(adapter, ReportsMetrics)
        post = await adapter.publish(outgoing())
        await bench.others_act(post)
        await bench.settle()
        account = {m.metric: m.value for m in await adapter.metrics([])}
        of_post = list(await adapter.metrics([post.remote_id]))
        assert account["followers"] == 1 or not bench.exact
        assert {m.subject for m in of_post} == {post.remote_id}
        likes = {m.metric: m.value for m in of_post}["likes"]
        assert likes == 1 if bench.exact else likes > 0
        assert all(m.observed_at.tzinfo is not None for m in of_post)


def outgoing(**changes: Any) -> Outgoing:
    """A delivery that is the same in every run."""
    usual = Outgoing(key=KEY, text="朝の一杯 #珈琲", created_at=WRITTEN_AT, language="ja")
    return replace(usual, **changes)


def post_of(activity: Node) -> Node:
    node = activity.node("object")
    assert node is not None
    return node


def reference_of(activity: Node) -> Reference:
    """The reference by which a post that was read can be answered."""
    post = post_of(activity)
    return Reference(post.id, post.raw("enishi:reference") or {})


async def read_all(read: Any, cursor: str = "") -> list[Node]:
    """Everything after a cursor."""
    items: list[Node] = []
    for _number in range(50):
        page: Page = await read(cursor)
        items += page.items
        cursor = page.cursor
        if not page.more:
            return items
    raise AssertionError("there is no end to the pages")


async def last_page(read: Any, cursor: str = "") -> Page:
    """The last page after a cursor."""
    for _number in range(50):
        page: Page = await read(cursor)
        if not page.more:
            return page
        cursor = page.cursor
    raise AssertionError("there is no end to the pages")


def assert_well_formed(acts: Sequence[Node]) -> None:
    """Activities as the log wants them: with a key, a time, an actor and an object, each once."""
    assert len({act.id for act in acts}) == len(acts)
    for act in acts:
        assert act.id
        assert act.when("published") is not None
        assert act.ref("actor")
        assert act.ref("object")
        if act.type == "Create":
            assert post_of(act).id
            assert post_of(act).text("content")


def assert_translated(message: object) -> None:
    """A message for people: lazy, so that it speaks the reader's language."""
    with translation.override("en"):
        assert len(str(message)) > 10
    assert not isinstance(message, str) or not message.isascii(), f"not translatable: {message}"
