"""A thread with pictures that is cut off anywhere goes on there: no part stands twice."""

from __future__ import annotations

import io
import json
from collections import Counter

import httpx
import pytest
from PIL import Image

from enishi.adapters.bluesky.adapter import BlueskyAdapter
from enishi.channels.contract import Attachment, Outgoing
from enishi.channels.errors import AdapterError
from enishi.channels.http.testing import FakeHttp, connection
from enishi.channels.parts import COMMENT, MemoryParts, media, thread
from tests.adapters.conformance import outgoing

DID = "did:plc:me"
PUT, GET, UPLOAD = (
    f"/xrpc/com.atproto.repo.{name}" for name in ("putRecord", "getRecord", "uploadBlob")
)
PARTS = [media(0), media(1), thread(0), thread(1), thread(2), COMMENT]


def picture(colour: str) -> Attachment:
    output = io.BytesIO()
    Image.new("RGB", (20, 10), colour).save(output, "PNG")
    return Attachment("image/png", colour, 20, 10, output.tell(), output.getvalue)


class Repository:
    """What a server of the network keeps, and when it cuts the connection."""

    def __init__(self, http: FakeHttp) -> None:
        self.records: dict[str, dict[str, object]] = {}
        self.puts: Counter[str] = Counter()
        self.uploads = 0
        self.calls = 0
        self.cut_at = -1
        self.done_before_the_cut = False
        http.on("POST", PUT, self._put)
        http.on("GET", GET, self._get)
        http.on("POST", UPLOAD, self._upload)

    def _cut(self, *, done: bool) -> None:
        if self.calls == self.cut_at and done is self.done_before_the_cut:
            self.cut_at = -1
            raise httpx.ReadError("cut")

    def _put(self, request: httpx.Request) -> httpx.Response:
        self._cut(done=False)
        body = json.loads(request.content)
        key = body["rkey"]
        if key in self.records:
            return httpx.Response(400, json={"error": "InvalidSwap", "message": "it is there"})
        self.records[key] = body["record"]
        self.puts[key] += 1
        self._cut(done=True)
        self.calls += 1
        return httpx.Response(200, json=self._shown(key))

    def _get(self, request: httpx.Request) -> httpx.Response:
        key = request.url.params["rkey"]
        if key not in self.records:
            return httpx.Response(400, json={"error": "RecordNotFound", "message": "none"})
        return httpx.Response(200, json=self._shown(key) | {"value": self.records[key]})

    def _shown(self, key: str) -> dict[str, object]:
        return {"uri": f"at://{DID}/app.bsky.feed.post/{key}", "cid": f"bafy{key}"}

    def _upload(self, _request: httpx.Request) -> httpx.Response:
        self._cut(done=False)
        self.uploads += 1
        self._cut(done=True)
        self.calls += 1
        blob = {"$type": "blob", "ref": {"$link": f"bafy{self.uploads}"}, "size": 1}
        return httpx.Response(200, json={"blob": blob | {"mimeType": "image/png"}})


@pytest.fixture
async def http():
    async with FakeHttp() as fake:
        yield fake


@pytest.fixture
def repository(http) -> Repository:
    return Repository(http)


@pytest.fixture
def adapter(http) -> BlueskyAdapter:
    secrets = {"access": "a", "refresh": "r", "did": DID}
    there = connection(
        http, secrets=secrets, service_url="pds.example/", remote_id=DID, handle="me.test"
    )
    return BlueskyAdapter(there)


def sent(parts: MemoryParts) -> Outgoing:
    return outgoing(
        attachments=[picture("teal"), picture("olive")],
        thread=("二", "三"),
        first_comment="詳しくはこちら",
        parts=parts,
    )


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("cut_at", range(len(PARTS)), ids=PARTS)
async def test_it_goes_on_where_it_was_cut_off(adapter, repository, cut_at, done):
    repository.cut_at, repository.done_before_the_cut = cut_at, done
    first = MemoryParts()
    with pytest.raises(AdapterError):
        await adapter.publish(sent(first))
    assert sorted(first.done) == sorted(PARTS[:cut_at])
    again = sent(MemoryParts(first.done, again=True))
    found = await adapter.find(again)
    receipt = found or await adapter.publish(again)
    assert bool(found) is (done and cut_at == len(PARTS) - 1)
    assert len(repository.records) == 4
    assert set(repository.puts.values()) == {1}
    assert repository.uploads == 2 + (done and cut_at < 2)
    assert (len(receipt.parts), bool(receipt.comment)) == (2, True)
    whole = list(repository.records.values())
    assert [len(record.get("embed", {}).get("images", ())) for record in whole] == [2, 0, 0, 0]
    root = whole[1]["reply"]["root"]["uri"]
    assert all(record["reply"]["root"]["uri"] == root for record in whole[1:])
    assert whole[3]["reply"]["parent"]["uri"] == root


async def test_it_uploads_nothing_again_when_it_is_cut_twice(adapter, repository):
    parts = MemoryParts()
    for cut_at in (2, 3, 4, 5):
        repository.cut_at = cut_at
        with pytest.raises(AdapterError):
            await adapter.publish(sent(parts))
        parts = MemoryParts(parts.done, again=True)
    await adapter.publish(sent(parts))
    assert repository.uploads == 2
    assert list(repository.puts.values()) == [1, 1, 1, 1]
