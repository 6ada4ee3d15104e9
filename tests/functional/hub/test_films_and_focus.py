"""Films and points of focus: from the composer to the hub's page and its document."""

from __future__ import annotations

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from enishi.hub import things
from enishi.hub.site.caching import memory
from enishi.publishing import media
from enishi.publishing.checking import attached
from enishi.publishing.models import Media, Post, PostMedia
from tests.integration.hub.delivering import outgoing
from tests.unit.publishing.test_films import mp4

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def picture(name: str = "a.png") -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), "image/png")


@pytest.fixture
def post(ours, owner, client_of) -> Post:
    """Written in the composer: a film with a still, and a picture whose upper left counts."""
    browser, base = client_of(owner), f"/w/{ours.hub.workspace.slug}"
    uploads = [SimpleUploadedFile("roast.mp4", mp4(), "video/mp4"), picture()]
    fields = browser.post(f"{base}/posts/media/", {"files": uploads}).content.decode()
    assert "<video" in fields
    film, still = Media.objects.get(media_type="video/mp4"), Media.objects.get(width=8)
    assert f'name="focus-right-{still.id}"' in fields
    given = {
        "text": "焙煎の様子",
        "channels": str(ours.channel_id),
        "when": "draft",
        "media": [str(film.id), str(still.id)],
        f"alt-{film.id}": "豆が回る",
        f"still-{film.id}": picture(),
        f"focus-right-{still.id}": "-1",
        f"focus-up-{still.id}": "1",
    }
    answer = browser.post(f"{base}/posts/new/", given)
    assert answer.status_code == 302, answer.content.decode()
    assert "at-0-0" in browser.get(f"{answer['Location']}edit/").content.decode()
    return Post.objects.get()


def test_a_film_and_a_focus_reach_the_page_and_the_document(post, ours, visitor):
    links = PostMedia.objects.filter(post=post).select_related("media", "poster")
    files = [(one, one.content()) for one in map(attached, links)]
    sent = outgoing("焙煎の様子", attachments=tuple(one for one, _content in files))
    thing = things.publish(ours, sent, files)[0]
    memory.clear()
    page = visitor.get(f"/@{ours.handle}/{thing.id}").content.decode()
    assert '<video controls playsinline preload="metadata"' in page
    assert 'poster="/hub/media/' in page
    assert 'aria-label="豆が回る"' in page
    assert 'class="at-0-0"' in page
    accept = {"accept": "application/activity+json"}
    document = json.loads(visitor.get(f"/hub/objects/{thing.id}", headers=accept).content)
    film, image = document["attachment"]
    assert (film["type"], film["mediaType"]) == ("Video", "video/mp4")
    assert (film["icon"]["type"], film["width"], film["height"]) == ("Image", 640, 360)
    assert (image["type"], image["focalPoint"]) == ("Image", [-1.0, 1.0])


def test_a_player_gets_the_part_it_asks_for(post, ours, visitor):
    film = attached(PostMedia.objects.select_related("media", "poster").get(position=0))
    thing = things.publish(ours, outgoing("x", attachments=(film,)), [(film, film.content())])[0]
    whole, path = film.content(), f"/hub/media/{thing.pictures[0]['path']}"
    for asked, status, part in (
        ("bytes=4-7", 206, whole[4:8]),
        ("bytes=-6", 206, whole[-6:]),
        ("bytes=8-", 206, whole[8:]),
        ("bytes=99999999-", 416, b""),
        ("lines=1-2", 200, whole),
    ):
        answer = visitor.get(path, headers={"range": asked})
        assert (answer.status_code, b"".join(answer)) == (status, part), asked
    part = visitor.get(path, headers={"range": "bytes=4-7"})
    assert part["Content-Range"] == f"bytes 4-7/{len(whole)}"


def test_what_cannot_be_used_says_why(ours, owner, client_of, monkeypatch):
    monkeypatch.setattr(media, "MAX_FILM_BYTES", 100)
    browser, path = client_of(owner), f"/w/{ours.hub.workspace.slug}/posts/media/"
    for content, words in ((mp4(), "MB"), (mp4()[:60], "MP4")):
        file = SimpleUploadedFile("a.mp4", content, "video/mp4")
        answer = browser.post(path, {"files": file})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not Media.objects.exists()
