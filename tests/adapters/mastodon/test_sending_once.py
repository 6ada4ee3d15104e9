"""A delivery stands once, whatever is lost on the way and however much a server forgets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from enishi.channels.contract import Attachment, Outgoing, Reference
from enishi.channels.errors import OutcomeUnknownError, RejectedError, UncertainError
from enishi.channels.parts import MemoryParts
from tests.adapters.conformance import KEY, WRITTEN_AT
from tests.adapters.mastodon.images import PIXEL
from tests.lab.mastodon_fake import AKKOMA, GOTOSOCIAL, MASTODON, OLD, SNAC

STATUSES = "/api/v1/statuses"
PICTURE = Attachment("image/png", "白いカップ", 1, 1, len(PIXEL), lambda: PIXEL)
SERVERS = pytest.mark.parametrize(
    "kind", [MASTODON, OLD, GOTOSOCIAL, AKKOMA, SNAC], ids=lambda kind: kind.name
)


def delivery(parts: MemoryParts | None = None, **changes: Any) -> Outgoing:
    usual: dict[str, Any] = {"key": KEY, "text": "朝の一杯 #珈琲", "created_at": WRITTEN_AT}
    return Outgoing(**usual | changes, parts=parts or MemoryParts())


@SERVERS
async def test_a_lost_answer_is_found_by_reading_back(make_bench, kind):
    bench = make_bench(kind)
    adapter = await bench.connected()
    bench.server.api.fail("POST", STATUSES, "lost")
    parts = MemoryParts()
    with pytest.raises(OutcomeUnknownError):
        await adapter.publish(delivery(parts))
    bench.clock.at += timedelta(hours=3)
    again = delivery(MemoryParts(parts.done, again=True))
    found = await adapter.find(again)
    assert found is not None
    assert (await adapter.publish(again)).remote_id == found.remote_id
    assert len(bench.server.mine()) == 1


@SERVERS
async def test_a_thread_goes_on_where_it_broke_off(make_bench, kind):
    bench = make_bench(kind)
    adapter = await bench.connected()
    whole = {
        "text": "@tanaka@far.example さんと https://kissa.example/blend-of-the-year-2026-and-on",
        "attachments": (PICTURE,),
        "thread": ("二つ目", "三つ目"),
        "first_comment": "詳しくはこちら",
    }
    parts = MemoryParts()
    bench.server.api.fail("POST", STATUSES, 503)
    with pytest.raises(OutcomeUnknownError):
        await adapter.publish(delivery(parts, **whole))
    assert await adapter.find(delivery(MemoryParts(parts.done, again=True), **whole)) is None
    real = MemoryParts(parts.done, again=True)
    bench.server.api.faults.append(("POST", STATUSES, "lost"))
    with pytest.raises(OutcomeUnknownError):
        await adapter.publish(delivery(real, **whole))
    receipt = await adapter.publish(delivery(MemoryParts(real.done, again=True), **whole))
    texts = [status["content"] for status in bench.server.mine()]
    assert len(texts) == 4
    assert len(receipt.parts) == 2
    assert receipt.comment
    assert len(bench.world.media) == 1


async def test_a_film_goes_with_its_still_and_a_picture_with_its_focus(make_bench):
    bench = make_bench(MASTODON)
    adapter = await bench.connected()
    film = replace(PICTURE, media_type="video/mp4", poster=PICTURE)
    await adapter.publish(delivery(attachments=(film,)))
    assert [one["_still"] for one in bench.world.media.values()] == [len(PIXEL)]
    bench.world.media.clear()
    attachments = (replace(PICTURE, focus=(-0.5, 0.25)),)
    receipt = await adapter.publish(delivery(attachments=attachments, key="another"))
    kept = next(iter(bench.world.media.values()))
    assert kept["meta"]["focus"] == {"x": -0.5, "y": 0.25}
    moved = delivery(attachments=(replace(PICTURE, focus=(1.0, 0.0)),))
    await adapter.edit(receipt.remote_id, moved)
    assert kept["meta"]["focus"] == {"x": 1.0, "y": 0.0}
    both = delivery(attachments=(film, PICTURE))
    assert [one.field for one in adapter.problems(both)] == ["attachments"]


async def test_the_same_words_twice_ask_a_person(make_bench):
    bench = make_bench(GOTOSOCIAL)
    adapter = await bench.connected()
    for _number in range(2):
        bench.world.post(bench.server.me, "朝の一杯 #珈琲")
    with pytest.raises(UncertainError) as asked:
        await adapter.find(delivery(MemoryParts(again=True)))
    assert len(asked.value.candidates) == 2


async def test_a_forgotten_file_is_sent_again(make_bench):
    bench = make_bench(MASTODON)
    adapter = await bench.connected()
    parts = MemoryParts()
    bench.server.api.fail("POST", STATUSES, 503)
    with pytest.raises(OutcomeUnknownError):
        await adapter.publish(delivery(parts, attachments=(PICTURE,)))
    bench.world.media.clear()
    again = MemoryParts(parts.done, again=True)
    await adapter.publish(delivery(again, attachments=(PICTURE,)))
    assert bench.server.mine()[0]["media_attachments"][0]["description"] == "白いカップ"


async def test_an_answer_to_what_is_gone_is_not_sent(make_bench):

    bench = make_bench(SNAC)
    adapter = await bench.connected()
    with pytest.raises(RejectedError):
        await adapter.publish(delivery(in_reply_to=Reference("gone", {"acct": "tanaka"})))
    assert bench.server.mine() == []


async def test_an_edit_keeps_the_files_and_changes_their_descriptions(make_bench):
    bench = make_bench(MASTODON)
    adapter = await bench.connected()
    receipt = await adapter.publish(delivery(attachments=(PICTURE,)))

    new = delivery(text="直しました", attachments=(replace(PICTURE, alt="青いカップ"),))
    await adapter.edit(receipt.remote_id, new)
    (status,) = bench.server.mine()
    assert "直しました" in status["content"]
    assert status["media_attachments"][0]["description"] == "青いカップ"
    assert len(bench.world.media) == 1
