"""Pictures made to fit."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from enishi.channels.errors import RejectedError
from enishi.channels.images import fit


def picture(width, height, kind="PNG", mode="RGB", **options):
    output = io.BytesIO()
    Image.effect_noise((width, height), 90).convert(mode).save(output, kind, **options)
    return output.getvalue()


def test_it_leaves_alone_what_fits():
    content = picture(60, 40)
    fitted = fit(content, max_bytes=100_000, max_side=100)
    assert fitted.content == content
    assert (fitted.media_type, fitted.width, fitted.height) == ("image/png", 60, 40)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "LA"])
def test_it_makes_smaller_what_does_not(mode):
    fitted = fit(picture(900, 600, mode=mode), max_bytes=30_000, max_side=500)
    assert len(fitted.content) <= 30_000
    assert fitted.media_type == "image/jpeg"
    assert abs(fitted.width / fitted.height - 1.5) < 0.02
    assert Image.open(io.BytesIO(fitted.content)).size == (fitted.width, fitted.height)


def test_it_takes_out_where_the_picture_was_taken_and_turns_it_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by the camera
    exif[0x010F] = "Camera Maker"
    content = picture(80, 40, "JPEG", exif=exif)
    fitted = fit(content, max_bytes=100_000, max_side=100)
    assert (fitted.width, fitted.height) == (40, 80)
    assert not Image.open(io.BytesIO(fitted.content)).getexif()


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n broken"])
def test_it_says_what_is_no_picture(content):
    with pytest.raises(RejectedError) as refused:
        fit(content, max_bytes=1000, max_side=100)
    assert refused.value.field == "attachments"


def test_it_refuses_pictures_that_are_cut_off():
    with pytest.raises(RejectedError):
        fit(picture(200, 200)[:5000], max_bytes=100_000, max_side=500)


def test_it_gives_up_when_nothing_helps():
    with pytest.raises(RejectedError):
        fit(picture(300, 300), max_bytes=100, max_side=300)
