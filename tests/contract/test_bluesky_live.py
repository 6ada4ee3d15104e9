"""The Bluesky adapter against a real network on this machine.

With ENISHI_RECORD=1 the conformance suite also renews the recordings in tests/adapters.
"""

from __future__ import annotations

import io
import itertools
import os

import pytest
from PIL import Image

from enishi.adapters.bluesky.adapter import BlueskyAdapter
from enishi.channels.contract import Attachment, Reference
from enishi.channels.errors import AuthExpiredError, OutcomeUnknownError, TransientError
from enishi.channels.http.transport import BrokenOffError
from tests.adapters.bluesky_bench import LiveBench
from tests.adapters.conformance import AdapterConformance, outgoing, post_of, read_all

pytestmark = pytest.mark.live

RECORDING = bool(os.environ.get("ENISHI_RECORD"))
_numbers = itertools.count(1)


def make_bench(network, recording=""):
    """Two new accounts; `recording` names the test that is to be recorded."""
    return LiveBench(network, f"n{next(_numbers)}", recording=recording)


def record_of(bench, uri):
    """What stands in the repository."""
    _scheme, _empty, repo, collection, rkey = uri.split("/")
    found = bench.network.call(
        "com.atproto.repo.getRecord", repo=repo, collection=collection, rkey=rkey
    )
    return found["value"]


@pytest.fixture
async def bench(bluesky):
    bench = make_bench(bluesky)
    async with bench.http:
        yield bench


class TestBlueskyLive(AdapterConformance):
    adapter_id = "bluesky"

    @pytest.fixture
    async def bench(self, bluesky, request):
        bench = make_bench(bluesky, request.node.originalname if RECORDING else "")
        async with bench.http:
            yield bench
            bench.finish()


class TestWhatStandsOnTheNetwork:
    async def test_it_points_at_links_people_and_tags_by_bytes(self, bench):
        adapter = await bench.connected()
        text = f"☕朝の一杯 @{bench.other_handle} さんとhttps://example.com/珈琲 #新作 ＃2026夏"
        receipt = await adapter.publish(outgoing(text=text))
        record = record_of(bench, receipt.remote_id)
        encoded = text.encode()
        shown = {
            facet["features"][0]["$type"].partition("#")[2]: encoded[
                facet["index"]["byteStart"] : facet["index"]["byteEnd"]
            ].decode()
            for facet in record["facets"]
        }
        assert shown["link"] == "https://example.com/"
        assert shown["mention"] == f"@{bench.other_handle}"
        assert shown["tag"] == "＃2026夏"
        assert record["facets"][0]["features"][0]["did"] == bench.other.did
        assert record["langs"] == ["ja"]

    async def test_it_makes_a_large_picture_fit_and_keeps_its_description(self, bench):
        picture = io.BytesIO()
        Image.effect_noise((2600, 1300), 120).save(picture, "PNG")
        content = picture.getvalue()
        assert len(content) > 2_000_000
        attachment = Attachment(
            "image/png", "湯気の立つ珈琲", 2600, 1300, len(content), lambda: content
        )
        adapter = await bench.connected()
        receipt = await adapter.publish(outgoing(attachments=[attachment] * 4))
        embed = record_of(bench, receipt.remote_id)["embed"]
        assert [image["alt"] for image in embed["images"]] == ["湯気の立つ珈琲"] * 4
        assert embed["images"][0]["image"]["size"] <= 1_000_000
        assert embed["images"][0]["aspectRatio"] == {"width": 2000, "height": 1000}

    async def test_it_quotes_with_a_picture_and_by_web_address(self, bench):
        adapter = await bench.connected()
        first = await adapter.publish(outgoing())
        picture = io.BytesIO()
        Image.new("RGB", (40, 30), "navy").save(picture, "PNG")
        attachment = Attachment("image/png", "紺", 40, 30, 1, picture.getvalue)
        quoting = await adapter.publish(
            outgoing(key="q1", quotes=Reference(first.url), attachments=[attachment])
        )
        embed = record_of(bench, quoting.remote_id)["embed"]
        assert embed["$type"] == "app.bsky.embed.recordWithMedia"
        assert embed["record"]["record"]["uri"] == first.remote_id

    async def test_it_answers_what_it_read_in_the_inbox(self, bench):
        adapter = await bench.connected()
        await bench.others_act(await adapter.publish(outgoing()))
        await bench.settle()
        acts = await read_all(adapter.inbox)
        reply = next(act for act in acts if act.raw("enishi:reason") == "reply")
        post = post_of(reply)
        reference = Reference(post.id, post.raw("enishi:reference"))
        sent = await adapter.publish(outgoing(key="a1", text="どうぞ！", in_reply_to=reference))
        record = record_of(bench, sent.remote_id)
        assert record["reply"]["parent"]["uri"] == post.id
        assert record["reply"]["root"]["uri"] == post.ref("inReplyTo")
        await bench.settle()
        view = bench.network.call(
            "app.bsky.feed.getPostThread", token=bench.other.token, uri=post.id
        )
        assert view["thread"]["replies"][0]["post"]["uri"] == sent.remote_id

    async def test_it_resumes_a_thread_that_broke_off(self, bench):
        adapter = await bench.connected()
        whole = outgoing(thread=("二", "三", "四"))
        receipt = await adapter.publish(whole)
        for part in receipt.parts[1:]:
            await adapter.delete(part)
        again = outgoing(thread=("二", "三", "四"))  # a restart that knows of no part
        assert await adapter.find(again) is None
        assert (await adapter.publish(again)).parts == receipt.parts
        assert await adapter.find(again) == receipt

    async def test_it_meets_every_notification_once_while_they_keep_coming(self, bench):
        adapter = await bench.connected()
        post = await adapter.publish(outgoing())
        await bench.settle()
        seen: list[str] = []
        cursor = ""
        for number in range(6):
            bench.network.post(
                bench.other,
                f"返事{number}",
                reply={"root": _strong(post), "parent": _strong(post)},
                createdAt=f"2026-11-22T00:{59 - number:02}:00.000Z",
            )
            bench.network.await_notifications(bench.me, number + 1)
            page = await adapter.inbox(cursor)
            cursor = page.cursor
            seen += [act.id for act in page.items]
        assert len(seen) == len(set(seen)) == 6


def _strong(receipt):
    return {"uri": receipt.remote_id, "cid": receipt.extra["cid"]}


class _Cut:
    """Lets the request through and loses the answer, as a killed worker does."""

    def __init__(self, network, calls):
        self._network = network
        self._calls = calls

    async def exchange(self, call, *, max_bytes):
        answer = await self._network.exchange(call, max_bytes=max_bytes)
        if call.url.path.endswith(self._calls):
            raise BrokenOffError("cut")
        return answer

    async def aclose(self):
        await self._network.aclose()


class TestWhenThingsBreak:
    async def test_it_finds_a_post_whose_answer_was_lost(self, bench):
        adapter = await bench.connected()
        real = bench.http.transport
        bench.http.transport = _Cut(real, "putRecord")
        with pytest.raises(OutcomeUnknownError):
            await adapter.publish(outgoing())
        bench.http.transport = real
        found = await adapter.find(outgoing())
        assert found is not None
        assert (await adapter.publish(outgoing())).remote_id == found.remote_id
        assert len(await read_all(adapter.history)) == 1

    async def test_it_asks_to_reconnect_when_the_password_was_revoked(self, bench):
        account = await BlueskyAdapter(bench.typed()).verify()
        assert account.secrets is not None
        broken = dict(account.secrets.values) | {"access": "eyJ.a.b", "refresh": "eyJ.a.b"}
        adapter = BlueskyAdapter(bench.connection(broken, remote_id=account.remote_id))
        with pytest.raises(AuthExpiredError):
            await adapter.publish(outgoing())
        working = await bench.connected()
        assert await working.find(outgoing()) is None
        assert (await working.publish(outgoing())).remote_id


class TestAPdsWithoutAppview:
    async def test_it_connects_publishes_and_reads_its_history(self, lonely_pds):
        bench = make_bench(lonely_pds)
        async with bench.http:
            adapter = await bench.connected()
            assert (await adapter.verify()).name == "喫茶えにし"
            receipt = await adapter.publish(outgoing(thread=("二",)))
            assert await adapter.find(outgoing(thread=("二",))) == receipt
            assert len(await read_all(adapter.history)) == 2
            with pytest.raises(TransientError):
                await adapter.inbox("")
            await adapter.delete(receipt.remote_id)
