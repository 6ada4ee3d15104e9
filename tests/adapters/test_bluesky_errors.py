"""Everything that goes wrong with Bluesky: which error, which words, and how it goes on."""

from __future__ import annotations

import io
from datetime import timedelta

import httpx
import pytest
from django.utils import translation
from PIL import Image

from enishi.adapters.bluesky.adapter import BlueskyAdapter
from enishi.channels.contract import Attachment, Reference
from enishi.channels.errors import (
    AdapterError,
    AuthExpiredError,
    OutcomeUnknownError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from enishi.channels.http.testing import FakeHttp, KeptSecrets, connection
from tests.adapters.conformance import WRITTEN_AT, outgoing

DID = "did:plc:me"
XRPC = "/xrpc/"
LOGIN, SESSION, REFRESH = (
    f"/xrpc/com.atproto.server.{name}" for name in ("createSession", "getSession", "refreshSession")
)
PUT, GET, DELETE, UPLOAD = (
    f"/xrpc/com.atproto.repo.{name}"
    for name in ("putRecord", "getRecord", "deleteRecord", "uploadBlob")
)
RESOLVE = "/xrpc/com.atproto.identity.resolveHandle"
INBOX = "/xrpc/app.bsky.notification.listNotifications"
PROFILE = "/xrpc/app.bsky.actor.getProfile"
URI = f"at://{DID}/app.bsky.feed.post/3m6bcdefgh22a"
TOKENS = {"accessJwt": "new-access", "refreshJwt": "new-refresh", "did": DID, "handle": "me.test"}
PLACED = {"uri": URI, "cid": "bafyme"}


def xrpc(status, error, message="because"):
    return httpx.Response(status, json={"error": error, "message": message})


def fine(**body):
    return httpx.Response(200, json=body)


@pytest.fixture
async def http():
    async with FakeHttp() as fake:
        fake.on("POST", LOGIN, fine(**TOKENS))
        fake.on("GET", SESSION, fine(did=DID, handle="me.test"))
        fake.on("POST", PUT, fine(**PLACED))
        fake.on("POST", DELETE, fine())
        fake.on("GET", GET, xrpc(400, "RecordNotFound"))
        yield fake


@pytest.fixture
def kept():
    return KeptSecrets()


@pytest.fixture
def adapter(http, kept):
    return BlueskyAdapter(
        connection(
            http,
            service_url="pds.example/",
            remote_id=DID,
            handle="me.test",
            secrets={"access": "old-access", "refresh": "old-refresh", "did": DID},
            save_secrets=kept,
        )
    )


def typed(http, **fields):
    usual = {"identifier": "me.test", "app_password": "aaaa-bbbb"}
    return BlueskyAdapter(
        connection(http, service_url="https://pds.example", secrets=usual | fields)
    )


def words(error: AdapterError) -> str:
    with translation.override("en"):
        return str(error.message)


LOGIN_ERRORS = [
    (xrpc(401, "AuthenticationRequired"), RejectedError, "app_password", "is not right"),
    (xrpc(401, "AuthFactorTokenRequired"), RejectedError, "app_password", "code by e-mail"),
    (xrpc(401, "AccountTakedown"), AuthExpiredError, "", "Reconnect"),
    (xrpc(400, "AccountTakedown"), AuthExpiredError, "", "suspended"),
    (xrpc(400, "InvalidRequest", "no"), RejectedError, "", "refused this: no"),
    (xrpc(429, "RateLimitExceeded"), RateLimitedError, "", "slow down"),
    (httpx.Response(200, html="<!doctype html><p>Hi"), RejectedError, "service_url", "web page"),
    (httpx.Response(404, html="<html>Not found"), RejectedError, "service_url", "address of a PDS"),
    (httpx.Response(200, json=["?"]), RejectedError, "service_url", "address of a PDS"),
    (httpx.Response(404, json=["?"]), RejectedError, "service_url", "address of a PDS"),
    (httpx.Response(502, text="x"), TransientError, "", "fault of its own"),
    (httpx.ConnectError("no"), TransientError, "", "does not answer"),
    (httpx.ReadTimeout("slow"), TransientError, "", "too long"),
]


@pytest.mark.parametrize(("answer", "kind", "field", "text"), LOGIN_ERRORS)
async def test_it_explains_why_connecting_failed_and_connects_the_next_time(
    http, answer, kind, field, text
):
    http.on("POST", LOGIN, answer)
    with pytest.raises(AdapterError) as failed:
        await typed(http).verify()
    assert type(failed.value) is kind
    assert getattr(failed.value, "field", "") == field
    assert text in words(failed.value)
    http.on("POST", LOGIN, fine(**TOKENS))
    account = await typed(http).verify()
    assert (account.remote_id, account.name) == (DID, "me.test")
    assert account.secrets is not None
    assert "aaaa-bbbb" not in account.secrets.values.values()


async def test_it_tidies_what_people_paste(http):
    await typed(http, identifier=" @Me.test\u202c", app_password=" aaaa-bbbb\n").verify()
    assert http.bodies(LOGIN) == [{"identifier": "me.test", "password": "aaaa-bbbb"}]


async def test_it_goes_on_at_the_server_that_holds_the_account(http):
    def document(endpoint):
        service = [{"id": "#other"}, {"id": "#atproto_pds", "serviceEndpoint": endpoint}]
        return fine(**TOKENS, didDoc={"service": service})

    http.on("POST", LOGIN, document("https://shiitake.example"))
    assert (await typed(http).verify()).service_url == "https://shiitake.example"
    assert http.requests[-1].url.host == "shiitake.example"
    http.on("POST", LOGIN, document("http://10.0.0.1"))
    assert (await typed(http).verify()).service_url == "https://pds.example"


async def test_it_shows_the_profile_of_the_account(http):
    value = {"displayName": "喫茶", "description": "珈琲", "avatar": {"ref": {"$link": "bafyav"}}}
    http.on("GET", GET, fine(uri="x", cid="y", value=value))
    account = await typed(http).verify()
    assert (account.name, account.description) == ("喫茶", "珈琲")
    assert account.avatar_url.endswith(f"getBlob?did={DID}&cid=bafyav")


async def test_it_wants_credentials(http):
    with pytest.raises(AuthExpiredError):
        await BlueskyAdapter(connection(http)).verify()
    assert (await typed(http).verify()).remote_id == DID


class TestTheSession:
    async def test_it_renews_the_session_once_and_keeps_it(self, adapter, http, kept):
        http.on("POST", PUT, xrpc(400, "ExpiredToken"), fine(**PLACED))
        http.on("POST", REFRESH, fine(**TOKENS))
        receipt = await adapter.publish(outgoing())
        assert receipt.remote_id == URI
        assert [s["access"] for s in kept.saved] == ["new-access"]
        used = [request.headers["authorization"] for request in http.sent(PUT)]
        assert used == ["Bearer old-access", "Bearer new-access"]
        assert http.sent(REFRESH)[0].headers["authorization"] == "Bearer old-refresh"

    @pytest.mark.parametrize(
        ("refresh", "again"),
        [
            (xrpc(400, "ExpiredToken"), fine()),
            (xrpc(401, "InvalidToken"), fine()),
            (fine(**TOKENS), xrpc(400, "ExpiredToken")),
        ],
    )
    async def test_it_asks_a_person_when_renewing_does_not_help(
        self, adapter, http, refresh, again
    ):
        http.on("POST", PUT, xrpc(400, "ExpiredToken"), again)
        http.on("POST", REFRESH, refresh)
        with pytest.raises(AuthExpiredError) as expired:
            await adapter.publish(outgoing())
        assert "Reconnect" in words(expired.value)
        http.on("POST", PUT, fine(**PLACED))
        assert (await adapter.publish(outgoing())).remote_id == URI

    async def test_it_does_not_call_a_broken_renewal_expired(self, adapter, http, kept):
        http.on("POST", PUT, xrpc(400, "ExpiredToken"), xrpc(400, "ExpiredToken"), fine(**PLACED))
        http.on("POST", REFRESH, httpx.ConnectError("no"), fine(**TOKENS))
        with pytest.raises(TransientError):
            await adapter.publish(outgoing())
        assert kept.saved == []
        assert (await adapter.publish(outgoing())).remote_id == URI


PUBLISH_ERRORS = [
    (xrpc(400, "InvalidRequest", "bad facet"), RejectedError, "bad facet"),
    (xrpc(400, "InvalidToken"), AuthExpiredError, "Reconnect"),
    (xrpc(400, "AccountDeactivated"), AuthExpiredError, "suspended or deactivated"),
    (xrpc(429, "RateLimitExceeded"), RateLimitedError, "slow down"),
    (xrpc(500, "InternalServerError"), OutcomeUnknownError, "fault"),
    (httpx.ReadTimeout("slow"), OutcomeUnknownError, "may or may not"),
    (httpx.Response(200, html="<html>"), OutcomeUnknownError, "web page"),
    (httpx.ConnectError("no"), TransientError, "does not answer"),
]


@pytest.mark.parametrize(("answer", "kind", "text"), PUBLISH_ERRORS)
async def test_it_knows_what_a_failed_publication_means_and_publishes_again(
    adapter, http, answer, kind, text
):
    http.on("POST", PUT, answer)
    with pytest.raises(AdapterError) as failed:
        await adapter.publish(outgoing())
    assert type(failed.value) is kind
    assert text in words(failed.value)
    http.on("POST", PUT, fine(**PLACED))
    assert (await adapter.publish(outgoing())).remote_id == URI


class TestPublishing:
    async def test_it_creates_and_never_replaces(self, adapter, http):
        http.on("POST", PUT, xrpc(400, "InvalidSwap"))
        http.on("GET", GET, fine(**PLACED, value={}))
        assert (await adapter.publish(outgoing())).remote_id == URI
        assert http.bodies(PUT)[0]["swapRecord"] is None

    async def test_it_takes_back_a_thread_whose_rest_is_refused(self, adapter, http):
        http.on("POST", PUT, fine(**PLACED), xrpc(400, "InvalidRequest", "no"))
        with pytest.raises(RejectedError):
            await adapter.publish(outgoing(thread=("二",)))
        assert [body["rkey"] for body in http.bodies(DELETE)] == ["3m6bcdefgh22a"]
        http.on("POST", PUT, fine(**PLACED))
        assert len((await adapter.publish(outgoing(thread=("二",)))).parts) == 1

    async def test_it_writes_the_parts_of_a_thread_a_moment_apart(self, adapter, http):
        await adapter.publish(
            outgoing(thread=("二", "三"), created_at=WRITTEN_AT + timedelta(hours=9))
        )
        written = [body["record"]["createdAt"] for body in http.bodies(PUT)]
        assert written == [f"2026-11-22T10:00:00.00{n}Z" for n in range(3)]

    async def test_it_leaves_a_handle_that_nobody_has_as_text(self, adapter, http):
        http.on("GET", RESOLVE, xrpc(400, "HandleNotFound"))
        await adapter.publish(outgoing(text="@nobody.test へ"))
        assert "facets" not in http.bodies(PUT)[0]["record"]

    @pytest.mark.parametrize(
        ("answer", "kind"),
        [
            (httpx.Response(413, text="too large"), RejectedError),
            (xrpc(400, "BlobTooLarge"), RejectedError),
            (xrpc(400, "InvalidMimeType"), RejectedError),
            (httpx.ReadTimeout("slow"), TransientError),
        ],
    )
    async def test_it_says_when_a_picture_is_not_taken(self, adapter, http, answer, kind):
        http.on("POST", UPLOAD, answer)
        with pytest.raises(AdapterError) as failed:
            await adapter.publish(outgoing(attachments=[picture()]))
        assert type(failed.value) is kind
        assert http.sent(PUT) == []
        http.on("POST", UPLOAD, fine(blob={"ref": {"$link": "bafyi"}}))
        await adapter.publish(outgoing(attachments=[picture()]))
        image = http.bodies(PUT)[0]["record"]["embed"]["images"][0]
        assert image["alt"] == "湯気"
        assert http.sent(UPLOAD)[-1].headers["content-type"] == "image/png"

    async def test_it_says_when_a_file_is_no_picture(self, adapter):
        broken = Attachment("image/png", "", 1, 1, 5, lambda: b"<svg>")
        with pytest.raises(RejectedError) as refused:
            await adapter.publish(outgoing(attachments=[broken]))
        assert refused.value.field == "attachments"
        assert (await adapter.publish(outgoing())).remote_id == URI

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"text": " "}, "text"),
            ({"text": "あ" * 301}, "text"),
            ({"text": "👨‍👩‍👧‍👦" * 150}, "text"),
            ({"thread": ("", "あ")}, "thread"),
            ({"thread": ("あ",) * 25}, "thread"),
            ({"attachments": ["p"] * 5}, "attachments"),
            ({"attachments": ["p"], "link": "https://e.example"}, "link"),
            ({"attachments": ["video"]}, "attachments"),
            ({"attachments": ["chatty"]}, "alt"),
        ],
    )
    async def test_it_finds_beforehand_what_would_be_refused(self, adapter, http, changes, field):
        made = {
            "p": picture(),
            "video": Attachment("video/mp4", "", 1, 1, 1, bytes),
            "chatty": Attachment("image/png", "あ" * 2001, 1, 1, 1, bytes),
        }
        if "attachments" in changes:
            changes = changes | {"attachments": [made[name] for name in changes["attachments"]]}
        (problem,) = adapter.problems(outgoing(**changes))
        assert problem.field == field
        with pytest.raises(RejectedError) as refused:
            await adapter.publish(outgoing(**changes))
        assert refused.value.field == field
        assert http.requests == []
        assert (await adapter.publish(outgoing())).remote_id == URI

    async def test_it_posts_a_picture_without_words(self, adapter):
        assert adapter.problems(outgoing(text="", attachments=[picture()])) == []


def picture():
    output = io.BytesIO()
    Image.new("RGB", (20, 10), "teal").save(output, "PNG")
    return Attachment("image/png", "湯気", 20, 10, output.tell(), output.getvalue)


class TestLinkCards:
    LINK = "https://shop.example/new"

    async def card(self, adapter, http):
        await adapter.publish(outgoing(link=self.LINK))
        return http.bodies(PUT)[-1]["record"]["embed"]["external"]

    async def test_it_shows_what_the_page_says(self, adapter, http):
        page = '<title>x</title><meta property="og:title" content="新作">'
        page += '<meta property="og:image" content="/p.png">'
        http.on("GET", "/new", httpx.Response(200, html=page))
        http.on("GET", "/p.png", httpx.Response(200, content=picture().content()))
        http.on("POST", UPLOAD, fine(blob={"ref": {"$link": "bafyt"}}))
        card = await self.card(adapter, http)
        assert (card["uri"], card["title"]) == (self.LINK, "新作")
        assert card["thumb"] == {"ref": {"$link": "bafyt"}}

    @pytest.mark.parametrize(
        "answer",
        [httpx.ConnectError("no"), httpx.Response(404, html="<html>"), httpx.Response(500)],
    )
    async def test_it_makes_do_with_the_host_when_the_page_cannot_be_read(
        self, adapter, http, answer
    ):
        http.on("GET", "/new", answer)
        assert (await self.card(adapter, http))["title"] == "shop.example"

    async def test_it_makes_do_without_a_broken_picture(self, adapter, http):
        page = (
            '<meta property="og:title" content="新作"><meta property="og:image" content="/p.png">'
        )
        http.on("GET", "/new", httpx.Response(200, html=page))
        http.on("GET", "/p.png", httpx.Response(200, text="no picture"))
        card = await self.card(adapter, http)
        assert card["title"] == "新作"
        assert "thumb" not in card


class TestReferences:
    async def test_it_looks_up_what_it_is_to_quote_or_answer(self, adapter, http):
        root = {"uri": "at://did:plc:x/app.bsky.feed.post/3m5", "cid": "bafyroot"}
        theirs = {"uri": "at://did:plc:x/app.bsky.feed.post/3m6", "cid": "bafyx"}
        http.on("GET", GET, fine(**theirs, value={"reply": {"root": root, "parent": root}}))
        http.on("GET", RESOLVE, fine(did="did:plc:x"))
        page = Reference("https://bsky.app/profile/x.test/post/3m6")
        await adapter.publish(outgoing(quotes=page, in_reply_to=page))
        record = http.bodies(PUT)[0]["record"]
        assert record["embed"]["record"] == theirs
        assert record["reply"] == {"root": root, "parent": theirs}

    @pytest.mark.parametrize("field", ["quotes", "in_reply_to"])
    @pytest.mark.parametrize(
        "address",
        [
            "https://elsewhere.example/1",
            "at://did:plc:x/app.bsky.feed.post/3m6",
            "https://bsky.app/profile/no.test/post/3m6",
        ],
    )
    async def test_it_says_when_the_other_post_is_gone(self, adapter, http, field, address):
        http.on("GET", RESOLVE, xrpc(400, "HandleNotFound"))
        with pytest.raises(RejectedError) as refused:
            await adapter.publish(outgoing(**{field: Reference(address)}))
        assert refused.value.field == field
        assert "not on Bluesky" in words(refused.value)
        assert (await adapter.publish(outgoing())).remote_id == URI

    async def test_it_deletes_only_posts_of_its_own(self, adapter, http):
        for address in ("at://did:plc:x/app.bsky.feed.post/3m6", "x"):
            with pytest.raises(RejectedError):
                await adapter.delete(address)
        assert http.requests == []
        await adapter.delete(URI)


class TestReading:
    async def test_it_goes_on_after_something_it_does_not_understand(self, adapter, http, caplog):
        good = {
            "uri": "at://did:plc:x/app.bsky.graph.follow/3m6",
            "cid": "b",
            "author": {"did": "did:plc:x", "handle": "x.test"},
            "reason": "follow",
            "record": {},
            "indexedAt": "2026-11-22T02:00:01.000Z",
        }
        bad = good | {
            "uri": "at://did:plc:y/app.bsky.feed.post/3m6",
            "reason": "reply",
            "cid": "c",
            "record": {"reply": 7},
        }
        strange = good | {"uri": "at://did:plc:y/x/1", "reason": "like-via-repost"}
        http.on("GET", INBOX, fine(notifications=[strange, bad, good]))
        page = await adapter.inbox("")
        assert [item.type for item in page.items] == ["Follow"]
        assert "bluesky.unreadable" in caplog.text
        assert (await adapter.inbox(page.cursor)).items == []

    async def test_it_keeps_the_reason_that_says_most(self, adapter, http):
        reply = {
            "uri": "at://did:plc:x/app.bsky.feed.post/3m6",
            "cid": "b",
            "author": {"did": "did:plc:x", "handle": "x.test"},
            "reason": "mention",
            "record": {"text": "@me.test はい", "createdAt": "2026-11-22T02:00:00Z"},
            "indexedAt": "2026-11-22T02:00:01.000Z",
        }
        http.on("GET", INBOX, fine(notifications=[reply, reply | {"reason": "reply"}]))
        (act,) = (await adapter.inbox("")).items
        assert act.raw("enishi:reason") == "reply"

    @pytest.mark.parametrize(
        ("answer", "kind"),
        [
            (xrpc(502, "UpstreamFailure"), TransientError),
            (xrpc(501, "MethodNotImplemented"), TransientError),
            (xrpc(429, "RateLimitExceeded"), RateLimitedError),
            (xrpc(401, "AuthMissing"), AuthExpiredError),
            (httpx.RemoteProtocolError("cut off"), TransientError),
        ],
    )
    async def test_it_reads_on_after_an_outage(self, adapter, http, answer, kind):
        http.on("GET", INBOX, answer)
        with pytest.raises(AdapterError) as failed:
            await adapter.inbox("")
        assert type(failed.value) is kind
        http.on("GET", INBOX, fine(notifications=[]))
        assert (await adapter.inbox("")).items == []

    async def test_it_does_not_take_a_missing_number_for_zero(self, adapter, http):
        http.on("GET", PROFILE, fine(did=DID, followersCount=7))
        assert [(m.metric, m.value) for m in await adapter.metrics([])] == [("followers", 7)]
