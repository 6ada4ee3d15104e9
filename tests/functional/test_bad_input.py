"""Bad input: each gives a clear message in the reader's language and leaves nothing half-done."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from PIL import Image

from enishi.accounts.models import User, Workspace
from enishi.accounts.permissions import Actor
from enishi.activities.models import Activity, Segment
from enishi.adapters.sandbox.faults import Fault, FaultKind
from enishi.adapters.sandbox.network import FILE_NAME, Network
from enishi.channels.models import Channel, Credential
from enishi.imports.models import ImportJob
from enishi.jobs.testing import run_until_idle
from enishi.kernel import clock
from enishi.publishing.models import Delivery, Media, Post
from tests.unit.imports import files

pytestmark = pytest.mark.django_db
PASSWORD = "kouji-miso"
MEGABYTE = 1024 * 1024
Answer = tuple[int, str, str]


@pytest.fixture(autouse=True)
def town(settings: Any, tmp_path: Path) -> Network:
    settings.ENISHI_HOME = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.ENISHI_SECRET_KEYS = ""
    settings.ENISHI_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    return Network(tmp_path / FILE_NAME)


@pytest.fixture(params=["ja", "en"])
def language(request: pytest.FixtureRequest, page: Client) -> str:
    """The language in which the owner reads."""
    page.cookies["enishi_language"] = request.param
    return str(request.param)


@pytest.fixture
def channel(page: Client, base: str) -> Channel:
    """An active channel of the town, connected through the pages."""
    given = {"handle": "hinode", "password": PASSWORD}
    page.post(f"{base}/channels/connect/sandbox/", given)
    page.post(f"{base}/channels/connect/sandbox/confirm/", {"waive_rest": "just a test"})
    run_until_idle()
    return Channel.objects.get()


@pytest.fixture
def server() -> Iterator[Callable[..., str]]:
    """`server(status, type, body)`: the address of a web server that always answers so."""
    started: list[ThreadingHTTPServer] = []

    def start(status: int, media_type: str, body: str) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.send_response(status)
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_arguments: object) -> None:
                """Tests are quiet."""

        made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=made.serve_forever, daemon=True).start()
        started.append(made)
        return f"http://127.0.0.1:{made.server_port}"

    yield start
    for each in started:
        each.shutdown()
        each.server_close()


def text(response: Any) -> str:
    """What a person reads on a page."""
    bare = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", unescape(bare))


def says(response: Any, *words: str) -> None:
    shown = text(response)
    for each in words:
        assert each in shown


def compose(channel: Channel, **fields: object) -> dict[str, object]:
    return {"text": "Good morning", "channels": str(channel.id), "when": "schedule"} | fields


def nothing_was_planned() -> bool:
    return not Post.objects.exists() and not Delivery.objects.exists()


# ── signing in and connecting ──────────────────────────────────────────────────────────

SIGN_IN = {
    "ja": "メールアドレスもしくはパスワードが正しくありません。",
    "en": "The email address and/or password you specified are not correct.",
}


@pytest.mark.parametrize("spoken", ["ja", "en"])
def test_a_wrong_password_signs_nobody_in(owner: Actor, spoken: str) -> None:
    visitor = Client()
    visitor.cookies["enishi_language"] = spoken
    email = User.objects.get(pk=owner.user_id).email
    refused = visitor.post("/account/login/", {"login": email, "password": "wrong"})
    assert list(refused.context["form"].errors) == ["__all__"]
    says(refused, SIGN_IN[spoken])
    assert "_auth_user_id" not in visitor.session


WRONG_APP_PASSWORD = {
    "ja": ("アプリパスワード", "何も保存されていません"),
    "en": ("app password is not right", "make a new app password", "Nothing was saved."),
}


def connect_bluesky(page: Client, base: str, address: str) -> Any:
    given = {"service_url": address, "identifier": "me.test", "app_password": "aaaa-bbbb"}
    return page.post(f"{base}/channels/connect/bluesky/", given)


def test_a_wrong_app_password_is_told_beside_its_field(
    page: Client, base: str, language: str, server: Callable[..., str]
) -> None:
    body = '{"error": "AuthenticationRequired", "message": "Invalid identifier or password"}'
    refused = connect_bluesky(page, base, server(401, "application/json", body))
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["app_password"]
    says(refused, *WRONG_APP_PASSWORD[language])
    assert Channel.objects.count() == Credential.objects.count() == 0


WEB_PAGE = {
    "ja": ("Webページ", "https://bsky.social", "何も保存されていません"),
    "en": ("answered with a web page", "https://bsky.social", "Nothing was saved."),
}


@pytest.mark.parametrize("status", [200, 404])
def test_a_server_that_answers_with_a_web_page_is_named(
    page: Client, base: str, language: str, server: Callable[..., str], status: int
) -> None:
    refused = connect_bluesky(page, base, server(status, "text/html", "<!doctype html><p>Hi"))
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["service_url"]
    says(refused, *WEB_PAGE[language])
    assert not Channel.objects.exists()


NO_ANSWER = {
    "ja": ("応答がありません", "アドレスを確認"),
    "en": ("does not answer", "Check the address"),
}


def test_a_server_that_does_not_answer_is_named(page: Client, base: str, language: str) -> None:
    refused = connect_bluesky(page, base, "http://127.0.0.1:9")
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["service_url"]
    says(refused, *NO_ANSWER[language])
    assert not Channel.objects.exists()


RECONNECT = {
    "ja": ("チャネルの再接続を待っています。", "自動で公開されます。"),
    "en": ("It waits until the channel is reconnected, and goes out by itself then.",),
}


def test_a_session_that_expires_while_publishing_holds_the_post_until_reconnected(
    page: Client, base: str, language: str, channel: Channel, town: Network
) -> None:
    town.arm(Fault(FaultKind.EXPIRE, "publish"))
    sent = page.post(f"{base}/posts/new/", compose(channel, when="now"))
    run_until_idle()
    assert Delivery.objects.get().state == "held"
    says(page.get(sent.url), *RECONNECT[language])
    says(page.get(f"{base}/channels/{channel.id}/"), {"ja": "再接続", "en": "Reconnect"}[language])
    assert town.own_posts(channel.remote_id, above=0, below=None, limit=9) == []
    given = {"handle": "hinode", "password": PASSWORD}
    page.post(f"{base}/channels/{channel.id}/reconnect/", given)
    run_until_idle()
    assert len(town.own_posts(channel.remote_id, above=0, below=None, limit=9)) == 1


# ── writing and planning ───────────────────────────────────────────────────────────────


def png(side: int) -> bytes:
    content = io.BytesIO()
    Image.new("1", (side, side)).save(content, "PNG")
    return content.getvalue()


IMAGES = {
    "bytes": (
        lambda: png(8) + bytes(21 * MEGABYTE),
        {
            "ja": ("上限は 20 MB", "小さくしてから"),
            "en": ("at most 20 MB", "Make it smaller and upload"),
        },
    ),
    "pixels": (
        lambda: png(7100),
        {"ja": ("7100 × 7100", "5,000万画素以下に縮小"), "en": ("7100 × 7100", "make it smaller")},
    ),
    "text": (
        lambda: b"no picture",
        {"ja": ("対応していない形式", "JPEG・PNG"), "en": ("not an image", "Use JPEG, PNG")},
    ),
}


@pytest.mark.parametrize("kind", IMAGES)
@pytest.mark.parametrize("scripts", ["scripts", ""])
def test_an_image_that_cannot_be_taken_says_why(
    page: Client, base: str, language: str, channel: Channel, kind: str, scripts: str
) -> None:
    made, words = IMAGES[kind]
    file = io.BytesIO(made())
    file.name = "bread.png"
    if scripts:
        refused = page.post(f"{base}/posts/media/", {"files": file})
    else:
        fields = compose(channel, when="now", files=file, new_alt="A loaf")
        refused = page.post(f"{base}/posts/new/", fields)
    assert refused.status_code == 422
    says(refused, *words[language])
    assert not Media.objects.exists()
    assert nothing_was_planned()


TOO_LONG = {
    "ja": ("hinode: 本文が500文字を超えています。", "本文を3文字以上減らしてください。"),
    "en": ("hinode: The text is longer than 500", "Shorten the text by 3 characters or more."),
}


def test_a_text_over_the_limit_names_the_channel_and_how_much(
    page: Client, base: str, language: str, channel: Channel
) -> None:
    refused = page.post(f"{base}/posts/new/", compose(channel, text="あ" * 503, when="now"))
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["text"]
    says(refused, *TOO_LONG[language], "あ" * 503)
    assert nothing_was_planned()


PAST = {
    "ja": ("はすでに過ぎています。", "もっと後の日時を選ぶか"),
    "en": ("has already passed.", "Choose a later time, or publish now."),
}


def test_a_time_in_the_past_is_refused_beside_the_date(
    page: Client, base: str, language: str, channel: Channel
) -> None:
    day = clock.now().astimezone(ZoneInfo("Asia/Tokyo")) - timedelta(days=1)
    fields = compose(channel, date=f"{day:%Y-%m-%d}", time="09:30")
    refused = page.post(f"{base}/posts/new/", fields)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["date"]
    says(refused, f"{day:%Y-%m-%d} 09:30", *PAST[language])
    assert nothing_was_planned()


GAP = {
    "ja": ("02:30 は存在しません。", "夏時間", "03:00 以降の時刻を選んでください。"),
    "en": ("the clocks go forward from 02:00 to 03:00.", "Choose 03:00 or later."),
}


@pytest.mark.parametrize("end", ["", "end"])
def test_a_time_that_the_clocks_skip_is_explained(
    page: Client, base: str, language: str, channel: Channel, workspace: Workspace, end: str
) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(time_zone="America/New_York")
    first = date(clock.now().year + 1, 3, 1)
    day = first + timedelta(days=(6 - first.weekday()) % 7 + 7)
    fields = compose(channel, date=f"{day}", time="02:30")
    if end:
        fields |= {"time": "01:00", "until_date": f"{day}", "until_time": "02:30"}
    refused = page.post(f"{base}/posts/new/", fields)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["until_date" if end else "date"]
    says(refused, *GAP[language])
    assert nothing_was_planned()


# ── files ──────────────────────────────────────────────────────────────────────────────


def upload(page: Client, base: str, name: str, content: bytes) -> Any:
    file = io.BytesIO(content)
    file.name = name
    return page.post(f"{base}/imports/", {"file": file, "channel": ""}, follow=True)


def log_is_empty() -> bool:
    return not Segment.objects.exists() and not Activity.objects.filter(type="Create").exists()


BROKEN_ROW = {
    "ja": ("問題のある行", "文字化け", "文字コード"),
    "en": ("1 row with a problem", "Characters are broken", "Choose another encoding"),
}


def test_a_shift_jis_table_names_its_broken_row_and_waits_for_a_decision(
    page: Client, base: str, language: str
) -> None:
    lines = ["日付,本文", "2026/4/1,食パン", "2026/4/2,あんパン", "2026/4/3,塩パン", ""]
    whole = "\n".join(lines).encode("cp932")
    broken = whole.replace("あんパン".encode("cp932"), b"\x82\xfd\xff")
    preview = upload(page, base, "posts.csv", broken)
    says(preview, "食パン", *BROKEN_ROW[language])
    job = ImportJob.objects.get()
    assert (job.good, job.bad, job.problems.get().row) == (2, 1, 3)
    assert page.post(f"{base}/imports/{job.pk}/confirm/").status_code == 422
    assert log_is_empty()


CUT_OFF = {
    "ja": ("途中で切れていて", "ログに一切入っていません"),
    "en": ("The file ends in the middle", "Nothing of this file is in the log."),
}


@pytest.mark.parametrize("name", ["repo.car", "outbox.json"])
def test_a_file_that_is_cut_off_brings_nothing_in(
    page: Client, base: str, language: str, name: str
) -> None:
    entries = [files.outbox_entry(number) for number in range(500)]
    content = files.outbox(entries) if name == "outbox.json" else files.repository(20).car()
    says(upload(page, base, name, content[:-40]), *CUT_OFF[language])
    assert ImportJob.objects.get().state == "failed"
    assert log_is_empty()
