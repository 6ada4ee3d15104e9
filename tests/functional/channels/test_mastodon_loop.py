"""A server with the Mastodon API, from signing in to the numbers, over real HTTP on loopback.

Connect by OAuth → write with image, description, warning → schedule → published → an answer
comes in → it is answered → the numbers. And a poll, and a private message.
"""

from __future__ import annotations

import io
import re
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from enishi.accounts import actions as accounts
from enishi.accounts.permissions import Permission
from enishi.activities.models import Activity
from enishi.adapters.mastodon.oauth import SCOPES
from enishi.channels import actions
from enishi.channels.models import Authorisation, Channel, OAuthApp
from enishi.inbox.models import Conversation
from enishi.jobs.testing import run_until_idle, time_moved
from enishi.kernel import clock
from enishi.kernel.errors import EnishiError
from enishi.publishing.models import Delivery, Media
from tests.lab.mastodon_fake import AKKOMA, GOTOSOCIAL, MASTODON, OLD, PIXELFED, SNAC, running

WAIVED = {"waive_rest": "a test"}


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.ENISHI_HOME = tmp_path
    settings.ENISHI_SECRET_KEYS = ""


@pytest.fixture(params=[MASTODON, OLD, GOTOSOCIAL, PIXELFED, AKKOMA, SNAC], ids=lambda k: k.name)
def server(request):
    with running(request.param, now=lambda: clock.now()) as (server, _site):  # noqa: PLW0108 - tests move it
        yield server


@pytest.fixture
def mastodon():
    with running(MASTODON, now=lambda: clock.now()) as (server, _site):  # noqa: PLW0108 - tests move it
        yield server


def agree(url: str) -> httpx.Response:
    """What the person does in the browser on the server's page."""
    assert httpx.get(url).status_code == 200
    return httpx.post(url)


def sign_in(page, base, server):
    """From the server's name to the page that shows the account."""
    begun = page.post(f"{base}/channels/connect/mastodon/", {"service_url": server.base})
    assert begun.status_code == 302, begun.content.decode()
    shown = page.get(begun.url)
    url = shown.context["begun"].url
    back = urlsplit(agree(url).headers["Location"])
    return page.get(f"{back.path}?{back.query}")


def connect(page, base, server) -> Channel:
    done = sign_in(page, base, server)
    assert done.url == f"{base}/channels/connect/mastodon/confirm/"
    page.post(done.url, WAIVED)
    channel = Channel.objects.get()
    assert channel.state == "active"
    return channel


def picture() -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(content, "PNG")
    return SimpleUploadedFile("cup.png", content.getvalue(), "image/png")


@pytest.mark.requirement("R021")
def test_it_walks_the_loop_on_every_kind_of_server(page, base, server):
    channel = connect(page, base, server)
    page.post(f"{base}/posts/media/", {"files": [picture()]})
    media = Media.objects.get()
    later = clock.now() + timedelta(hours=3)
    fields = {
        "text": "深煎りのブレンドができました https://kissa.example/blend #珈琲",
        "channels": str(channel.id),
        "media": str(media.id),
        f"alt-{media.id}": "白いカップの珈琲",
        f"option-{channel.id}-warning": "カフェインの話",
        "when": "schedule",
        "date": f"{later + timedelta(hours=9):%Y-%m-%d}",
        "time": f"{later + timedelta(hours=9):%H:%M}",
    }
    written = page.post(f"{base}/posts/new/", fields)
    assert written.status_code == 302, written.content.decode()
    run_until_idle()
    assert server.mine() == []

    run_until_idle(after=timedelta(hours=3, minutes=1))
    (status,) = server.mine()
    assert status["spoiler_text"] == "カフェインの話"
    assert status["media_attachments"][0]["description"] == "白いカップの珈琲"
    assert Delivery.objects.get().state == "published"
    assert Delivery.objects.get().remote_url == status["url"]

    with time_moved(timedelta(hours=4)):
        server.world.favourite(server.other, status["id"])
        server.world.follow(server.other, server.me.id)
        server.world.post(server.other, "@kissa どこで買えますか", in_reply_to_id=status["id"])
        page.post(f"{base}/channels/{channel.id}/read/")
        run_until_idle()
        conversation = Conversation.objects.get()
        assert (conversation.kind, conversation.person_handle) == ("reply", "tanaka@far.example")
        page.post(f"{base}/inbox/{conversation.id}/reply/", {"text": "店頭でお求めいただけます"})
        run_until_idle()
    answer = server.mine()[-1]
    assert answer["in_reply_to_id"] == status["id"] or answer["in_reply_to_account_id"]
    assert [one["acct"] for one in answer["mentions"]] == ["tanaka@far.example"]
    assert answer["spoiler_text"] == ""
    likes = Activity.objects.filter(type="Like", direction="inbound", object_key=status["id"])
    assert likes.count() == 1
    shown = page.get(f"{base}/channels/{channel.id}/").content.decode()
    assert str(server.world.personality.characters) in shown.replace(",", "")


def test_signing_in_keeps_no_secret_and_no_second_use(page, base, mastodon):
    begun = page.post(f"{base}/channels/connect/mastodon/", {"service_url": mastodon.base})
    url = page.get(begun.url).context["begun"].url
    assert f"scope={SCOPES.replace(' ', '+')}" in url
    back = urlsplit(agree(url).headers["Location"])
    page.get(f"{back.path}?{back.query}")
    assert not Authorisation.objects.exists()
    assert "token" not in str(dict(page.session))
    assert b"secret-1" not in bytes(OAuthApp.objects.get().ciphertext)
    again = page.get(f"{back.path}?{back.query}", follow=True)
    assert again.redirect_chain[-1][0] == f"{base}/channels/connect/mastodon/"
    page.post(f"{base}/channels/connect/mastodon/confirm/", WAIVED)
    assert Channel.objects.count() == 1


def test_a_code_can_be_pasted_where_nobody_is_sent_back(page, base, mastodon):
    given = {"service_url": f"@kissa@{mastodon.base.partition('://')[2]}", "by": "code"}
    given["service_url"] = mastodon.base
    begun = page.post(f"{base}/channels/connect/mastodon/", given)
    shown = page.get(begun.url)
    code = agree(shown.context["begun"].url).text.partition("<code>")[2].partition("<")[0]
    wrong = page.post(begun.url, {"code": "not-the-code"})
    assert wrong.status_code == 422
    right = page.post(begun.url, {"code": f" {code} "})
    assert right.url == f"{base}/channels/connect/mastodon/confirm/"


def test_another_person_cannot_finish_what_somebody_began(page, base, mastodon, client_of, member):
    begun = page.post(f"{base}/channels/connect/mastodon/", {"service_url": mastodon.base})
    url = page.get(begun.url).context["begun"].url
    back = urlsplit(agree(url).headers["Location"])
    client_of(member).get(f"{back.path}?{back.query}")
    assert Authorisation.objects.count() == 1
    assert not Channel.objects.exists()


def test_declining_leaves_nothing(page, base, mastodon):
    begun = page.post(f"{base}/channels/connect/mastodon/", {"service_url": mastodon.base})
    state = page.get(begun.url).context["begun"].url.partition("state=")[2].partition("&")[0]
    back = f"{base}/channels/connect/mastodon/back/?error=access_denied&state={state}"
    assert page.get(back).status_code == 302
    assert not Authorisation.objects.exists()


def test_reconnecting_signs_in_to_the_same_account(page, base, mastodon):
    channel = connect(page, base, mastodon)
    mastodon.world.tokens.clear()
    page.post(f"{base}/channels/{channel.id}/read/")
    run_until_idle()
    channel.refresh_from_db()
    assert channel.state == "reconnect"
    begun = page.post(f"{base}/channels/{channel.id}/sign-in/")
    back = urlsplit(agree(page.get(begun.url).context["begun"].url).headers["Location"])
    assert page.get(f"{back.path}?{back.query}").url == f"{base}/channels/{channel.id}/"
    channel.refresh_from_db()
    assert channel.state == "active"


def test_a_server_that_is_none_is_told_so(page, base):
    answer = page.post(f"{base}/channels/connect/mastodon/", {"service_url": "127.0.0.1:9"})
    assert answer.status_code == 422


def test_the_composer_offers_what_the_network_can_be_told(page, base, mastodon):
    channel = connect(page, base, mastodon)
    shown = page.get(f"{base}/posts/new/").content.decode()
    assert f'name="option-{channel.id}-visibility"' in shown
    fields = {
        "text": "どちらがお好きですか",
        "channels": str(channel.id),
        f"option-{channel.id}-poll": "深煎り\n浅煎り",
        f"option-{channel.id}-poll_hours": "72",
        f"option-{channel.id}-visibility": "unlisted",
        "when": "now",
    }
    page.post(f"{base}/posts/new/", fields)
    run_until_idle()
    (status,) = mastodon.mine()
    assert [one["title"] for one in status["poll"]["options"]] == ["深煎り", "浅煎り"]
    assert status["visibility"] == "unlisted"


def test_a_private_message_is_answered_privately(page, base, mastodon):
    channel = connect(page, base, mastodon)
    mastodon.world.post(mastodon.other, "@kissa 予約できますか", visibility="direct")
    page.post(f"{base}/channels/{channel.id}/read/")
    run_until_idle()
    conversation = Conversation.objects.get()
    assert conversation.kind == "message"
    page.post(f"{base}/inbox/{conversation.id}/reply/", {"text": "はい、承ります"})
    run_until_idle()
    assert mastodon.mine()[-1]["visibility"] == "direct"


def test_programs_sign_in_by_code(owner, mastodon):
    secret = accounts.create_token(owner, name="walk", scopes=list(Permission)).secret
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    given = {"adapter": "mastodon", "service_url": mastodon.base}
    begun = client.post("/api/v1/channels/sign-ins", given, content_type="application/json")
    assert begun.status_code == 201, begun.content.decode()
    code = agree(begun.json()["url"]).text.partition("<code>")[2].partition("<")[0]
    path = f"/api/v1/channels/sign-ins/{begun.json()['id']}"
    made = client.post(path, {"code": code}, content_type="application/json")
    assert made.status_code == 201, made.content.decode()
    assert made.json()["handle"].startswith("@kissa@")
    assert client.post(path, {"code": code}, content_type="application/json").status_code == 404


def test_it_follows_by_name_and_finds_what_strangers_say_where_the_server_can(
    page, base, owner, server
):
    channel = connect(page, base, server)
    actions.follow(owner, channel.id, account=f"@{server.other.acct}")
    assert (server.me.id, server.other.id) in server.world.follows
    actions.unfollow(owner, channel.id, account=server.other.acct)
    assert (server.me.id, server.other.id) not in server.world.follows
    with pytest.raises(EnishiError):
        actions.follow(owner, channel.id, account="@nobody@far.example")

    people, who = f"{base}/channels/people/", f"@{server.other.acct}"
    shown = page.get(people, {"channel": channel.id, "find": who}).content.decode()
    assert 'name="step" value="follow"' in shown
    account = re.search(r'name="account" value="([^"]+)"', shown)
    assert account is not None
    given = {"channel": channel.id, "account": account[1], "find": who}
    back = page.post(people, given | {"step": "follow"})
    assert (server.me.id, server.other.id) in server.world.follows
    assert 'value="unfollow"' in page.get(back["Location"]).content.decode()
    assert [one.tie for one in actions.following(owner, channel.id).items] == ["accepted"]
    page.post(people, given | {"step": "unfollow"})
    assert actions.following(owner, channel.id).items == []
    wrong = page.get(people, {"channel": channel.id, "find": "@nobody@far.example"})
    assert 'role="alert"' in wrong.content.decode()

    server.world.post(server.other, "Beans from Yirgacheffe")
    found = actions.search(owner, channel.id, words="Yirgacheffe").items
    assert len(found) == (1 if server.world.personality.search else 0)
