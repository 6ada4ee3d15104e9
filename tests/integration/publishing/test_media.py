"""Images: what is kept, what is taken out of them, what is refused."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from enishi.jobs.testing import run_until_idle
from enishi.kernel.errors import InvalidInputError
from enishi.publishing import actions, media, queries
from enishi.publishing.actions import AttachmentInput
from enishi.publishing.models import Media

ORIENTATION, CAMERA = 0x0112, 0x010F


def image(kind: str = "JPEG", size: tuple[int, int] = (40, 20), **options) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "red").save(target, kind, **options)
    return target.getvalue()


def photo() -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION], exif[CAMERA] = 6, "Secret Camera"
    return image(exif=exif)


def test_it_turns_a_photo_upright_and_forgets_the_camera(owner):
    stored = actions.upload_media(owner, content=photo(), name="cat.jpg")
    assert (stored.width, stored.height) == (20, 40)
    with media.open_file(stored.file) as file:
        kept = file.read()
    assert b"Secret Camera" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()
    assert stored.size == len(kept)


def test_it_keeps_the_same_image_once_for_each_workspace(owner, member, stranger):
    first = actions.upload_media(owner, content=photo())
    assert actions.upload_media(member, content=photo()).id == first.id
    assert actions.upload_media(stranger, content=photo()).id != first.id
    assert Media.objects.count() == 2


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_it_takes_the_usual_kinds(owner, kind):
    stored = actions.upload_media(owner, content=image(kind))
    assert stored.media_type == f"image/{kind.lower()}"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<html>hello</html>", "not an image"),
        (b"%PDF-1.7 ....", "not an image"),
        (image("BMP"), "not an image"),
        (image(size=(400, 400))[:-200], "damaged"),
        (b"\xff" * (media.MAX_BYTES + 1), "20 MB"),
    ],
)
def test_it_says_what_is_wrong_with_a_file(owner, content, words):
    with pytest.raises(InvalidInputError, match=words) as refused:
        actions.upload_media(owner, content=content)
    assert refused.value.field == "file"
    assert refused.value.remedy
    assert not Media.objects.exists()


@pytest.mark.parametrize("size", [(8000, 7000), (20000, 20000)])
def test_it_refuses_an_image_that_would_fill_the_memory(owner, size):
    with pytest.raises(InvalidInputError, match="pixels"):
        actions.upload_media(owner, content=image("PNG", size))


def test_it_sends_images_with_their_alternative_text(owner, make_post, only_delivery):
    stored = actions.upload_media(owner, content=image())
    post = make_post("Look", attachments=[AttachmentInput(stored.id, "a red square")])
    shown = queries.post_detail(owner, post_id=post.id)
    assert shown.media[0].alt == "a red square"
    actions.publish_now(owner, post_id=post.id)
    run_until_idle()
    assert only_delivery(post).state == "published"
