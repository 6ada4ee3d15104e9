"""Every request of the adapter, and every answer of the fake, as the API is described."""

from __future__ import annotations

from typing import Any

from enishi.adapters.mastodon.adapter import MastodonAdapter
from enishi.channels.contract import Asked, Attachment, Outgoing, Reference, Secrets
from tests.adapters.conformance import KEY, WRITTEN_AT
from tests.adapters.mastodon import published_spec
from tests.adapters.mastodon.images import PIXEL
from tests.lab.mastodon_fake import MASTODON
from tests.lab.mastodon_fake.api import OUT_OF_BAND

PICTURE = Attachment("image/png", "白いカップ", 1, 1, len(PIXEL), lambda: PIXEL, (0.2, -0.4))
POLL = {
    "poll": "深煎り\n浅煎り",
    "poll_hours": "72",
    "warning": "カフェイン",
    "visibility": "unlisted",
}


def delivery(**changes: Any) -> Outgoing:
    """A delivery with parts of its own."""
    usual: dict[str, Any] = {
        "key": KEY,
        "text": "朝の一杯 #珈琲",
        "created_at": WRITTEN_AT,
        "language": "ja",
    }
    return Outgoing(**usual | changes)


async def walk(bench) -> None:
    """Everything that the adapter can do."""
    adapter: MastodonAdapter = await bench.connected()
    app = await adapter.register(OUT_OF_BAND)
    url = adapter.sign_in_url(app, Asked(OUT_OF_BAND, "state", ""))
    code = bench.agree(url)
    await adapter.exchange(Secrets(app.values), code, OUT_OF_BAND, "")
    first = await adapter.publish(
        delivery(thread=("二つ目",), attachments=(PICTURE,), first_comment="詳しくは")
    )
    await adapter.publish(delivery(key="poll", options=POLL))
    await adapter.find(delivery(key="other", text="まだない"))
    await adapter.publish(delivery(key="quote", quotes=Reference(first.remote_id)))
    await bench.others_act(first)
    await adapter.inbox("")
    await adapter.history("")
    await adapter.metrics(())
    await adapter.metrics([first.remote_id])
    await adapter.edit(first.remote_id, delivery(text="直しました", attachments=(PICTURE,)))
    await adapter.search("珈琲", "")
    await adapter.hashtag("珈琲", "")
    await adapter.follow(bench.server.other.id)
    await adapter.unfollow(bench.server.other.id)
    await adapter.delete(first.remote_id)


async def test_every_exchange_is_as_described(make_bench):
    spec = published_spec.require()
    bench = make_bench(MASTODON)
    await walk(bench)
    exchanges = bench.server.api.exchanges
    assert len({(asked.method, asked.path) for asked, _reply in exchanges}) > 20
    problems = [one for asked, reply in exchanges for one in spec.problems(asked, reply)]
    assert problems == []


async def test_the_check_would_notice(make_bench):
    spec = published_spec.require()
    bench = make_bench(MASTODON)
    adapter = await bench.connected()
    await adapter.publish(delivery())
    asked, reply = bench.server.api.exchanges[-1]
    del reply.data["visibility"]
    asked.query["colour"] = ["red"]
    asked.content = asked.content.replace(b'"status"', b'"statuss"')
    found = " ".join(spec.problems(asked, reply))
    assert "not valid" in found
    assert "colour" in found
    assert "statuss" in found
