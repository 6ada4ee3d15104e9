"""Pictures of other servers are shown through us, and nothing else is."""

from __future__ import annotations

import io
import os
import time
from datetime import timedelta

import pytest
from django.urls import reverse
from PIL import Image

from enishi.channels import elsewhere
from enishi.channels.elsewhere import NoPictureError, Wanted
from enishi.kernel import clock

URL = "https://files.example/cat.jpg"


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.ENISHI_HOME = tmp_path
    return tmp_path


def image(width=2000, height=1000, kind="JPEG", **options) -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (width, height), "seagreen").save(output, kind, **options)
    return output.getvalue()


def wanted(address: str) -> Wanted:
    _empty, _name, signature, told = address.split("/")
    return elsewhere.read(signature, told)


def test_an_address_of_ours_leads_to_the_picture():
    assert wanted(elsewhere.address(URL)) == Wanted(URL, "picture")
    assert wanted(elsewhere.address(URL, "face")).size == "face"


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "data:image/png;base64,xx", "ftp://x"])
def test_only_addresses_of_the_web_are_shown(url):
    assert elsewhere.address(url) == ""


def test_nobody_else_makes_such_an_address(client):
    address = elsewhere.address(URL)
    other = elsewhere.address("http://169.254.169.254/meta")
    forged = "/".join([*address.split("/")[:3], other.split("/")[3]])
    for path in (forged, address[:-1], reverse("channels_public:elsewhere", args=["x", "y"])):
        assert client.get(path).status_code == 404


def test_an_address_ends_after_some_weeks(monkeypatch):
    address = elsewhere.address(URL)
    later = clock.now() + timedelta(weeks=6)
    monkeypatch.setattr(elsewhere.clock, "now", lambda: later)
    with pytest.raises(NoPictureError):
        wanted(address)


def test_a_picture_is_drawn_anew_and_small(client, monkeypatch):
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    asked = []

    def fetch(url):
        asked.append(url)
        return image(exif=exif)

    monkeypatch.setattr(elsewhere, "_fetched", fetch)
    for _twice in range(2):
        response = client.get(elsewhere.address(URL, "face"))
        assert response.status_code == 200
    assert asked == [URL]
    assert response["Content-Type"] == "image/webp"
    assert "sandbox" in response["Content-Security-Policy"]
    assert b"taken at home" not in response.content
    assert Image.open(io.BytesIO(response.content)).size == (160, 80)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a<script>alert(1)</script>",
        image()[:300],
        image(9000, 9000, "PNG"),
    ],
    ids=["nothing", "svg", "html", "gif that is none", "half", "too large"],
)
def test_whatever_is_no_picture_is_not_passed_on(client, monkeypatch, content):
    monkeypatch.setattr(elsewhere, "_fetched", lambda _url: content)
    response = client.get(elsewhere.address(URL))
    assert response.status_code == 404
    assert b"alert" not in response.content


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/x.png", "http://169.254.169.254/meta", "http://[::1]/x"]
)
def test_it_reads_nothing_of_private_networks(client, settings, url):
    settings.ENISHI_ALLOWED_NETWORKS = []
    assert client.get(elsewhere.address(url)).status_code == 404


def test_a_face_that_is_missing_lets_the_letter_be_seen(client, monkeypatch):
    monkeypatch.setattr(elsewhere, "_fetched", lambda _url: b"nothing")
    response = client.get(elsewhere.address(URL, "face"))
    assert response.status_code == 200
    seen = Image.open(io.BytesIO(response.content)).convert("RGBA")
    assert seen.getpixel((0, 0))[3] == 0


def test_a_failure_is_tried_again_later_and_a_picture_is_read_anew_one_day(monkeypatch):
    answers = iter([b"no", image(10, 10), image(20, 20)])
    one = Wanted(URL, "picture")

    def shown():
        return elsewhere.picture(one, fetch=lambda _url: next(answers))

    with pytest.raises(NoPictureError):
        shown()
    with pytest.raises(NoPictureError):
        shown()
    _age(one.path, elsewhere.FAILED + 1)
    first = shown()
    assert shown() == first
    _age(one.path, elsewhere.KEPT + 1)
    assert shown() != first


def _age(path, seconds):
    before = time.time() - seconds
    os.utime(path, (before, before))


def test_old_pictures_and_those_beyond_the_room_are_deleted(monkeypatch):
    rows = [Wanted(f"{URL}?{number}", "picture") for number in range(4)]
    for age, row in enumerate(rows):
        elsewhere.picture(row, fetch=lambda _url: image(10, 10))
        _age(row.path, age * 60)
    _age(rows[0].path, elsewhere.KEPT + 60)
    size = rows[1].path.stat().st_size
    monkeypatch.setattr(elsewhere, "ROOM", 2 * size)
    assert elsewhere.tidy() == 2
    assert [row.path.exists() for row in rows] == [False, True, True, False]
