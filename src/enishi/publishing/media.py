"""Images and films: checked, stripped of what they tell about the photographer, stored."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import IO, cast
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from enishi.kernel.errors import InvalidInputError
from enishi.publishing.core import films

MAX_BYTES = 20 * 1024 * 1024
MAX_FILM_BYTES = 80 * 1024 * 1024
MAX_SIDE, MAX_SECONDS = 4096, 3600
MAX_PIXELS = 50_000_000
MAX_FRAMES_PIXELS = 200_000_000
_JPEG_QUALITY = 92
_TOO_MANY = _("At most 50 megapixels are taken: make it smaller.")
_TYPES = {
    "JPEG": ("image/jpeg", "jpg"),
    "PNG": ("image/png", "png"),
    "WEBP": ("image/webp", "webp"),
    "GIF": ("image/gif", "gif"),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """An image or film that is fit to be stored and sent."""

    content: bytes
    media_type: str
    extension: str
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def prepare(content: bytes) -> Picture:
    """Check an upload and write it anew without metadata; InvalidInputError says what is wrong."""
    if not content:
        raise _refused(_("The file is empty."), _("Choose another file."))
    if films.is_film(content):
        return _film(content)
    require_small(len(content))
    try:
        with Image.open(io.BytesIO(content), formats=list(_TYPES)) as image:
            _check_size(image)
            return _written(image)
    except UnidentifiedImageError as error:
        raise _not_an_image() from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refused(_("The image has too many pixels."), _TOO_MANY) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise _refused(
            _("The image is damaged: it cannot be read to its end."),
            _("Save it again in an image program, then upload that file."),
        ) from error


def _film(content: bytes) -> Picture:
    require_small(len(content), "video/")
    try:
        film = films.read(content)
    except ValueError as error:
        raise _refused(
            _("This film cannot be used: it is damaged, or of another kind than MP4 and WebM."),
            _("Save it as MP4 (H.264) or WebM, then upload that file."),
        ) from error
    if max(film.width, film.height) > MAX_SIDE or (film.seconds or 0) > MAX_SECONDS:
        raise _refused(
            _("The film is larger than 4096 pixels or longer than an hour."),
            _("Make it smaller or shorter and upload it again."),
        )
    return Picture(film.content, film.media_type, film.extension, film.width, film.height)


def require_small(size: int, media_type: str = "") -> None:
    """Refuse a file that is not even worth reading. Raises InvalidInputError."""
    limit = MAX_FILM_BYTES if media_type.startswith("video/") else MAX_BYTES
    if size > limit:
        raise _refused(
            _("The file has %(size)s MB; at most %(limit)s MB are taken.")
            % {"size": round(size / 1024 / 1024, 1), "limit": limit // 1024 // 1024},
            _("Make it smaller and upload it again."),
        )


def _not_an_image() -> InvalidInputError:
    return _refused(
        _("This is not an image that Enishi knows."), _("Use JPEG, PNG, WebP, GIF, MP4 or WebM.")
    )


def _refused(message: object, remedy: object) -> InvalidInputError:
    return InvalidInputError(message, field="file", remedy=remedy)


def _check_size(image: Image.Image) -> None:
    pixels = image.width * image.height
    frames: int = getattr(image, "n_frames", 1)
    if pixels > MAX_PIXELS or pixels * frames > MAX_FRAMES_PIXELS:
        raise _refused(
            _("The image has %(width)s × %(height)s pixels, which is too many.")
            % {"width": image.width, "height": image.height},
            _TOO_MANY,
        )


def _written(image: Image.Image) -> Picture:
    kind = image.format or ""
    media_type, extension = _TYPES[kind]
    target = io.BytesIO()
    if getattr(image, "is_animated", False):
        image.save(target, kind, save_all=True, **_options(kind, image))
        width, height = image.size
    else:
        upright = _plain(ImageOps.exif_transpose(image), kind)
        upright.save(target, kind, **_options(kind, image))
        width, height = upright.size
    return Picture(target.getvalue(), media_type, extension, width, height)


def _plain(image: Image.Image, kind: str) -> Image.Image:
    """A copy that holds pixels only. JPEG knows neither transparency nor palettes."""
    if kind == "JPEG" and image.mode not in {"RGB", "L", "CMYK"}:
        image = image.convert("RGB")
    copy = image.copy()
    transparency = image.info.get("transparency")
    copy.info = {} if transparency is None else {"transparency": transparency}
    return copy


def _options(kind: str, image: Image.Image) -> dict[str, object]:
    """How to save: the colour profile stays, since the colours depend on it."""
    options: dict[str, object] = {"icc_profile": image.info.get("icc_profile"), "exif": b""}
    if kind == "JPEG":
        return options | {"quality": _JPEG_QUALITY, "optimize": True}
    if kind == "WEBP":
        return options | {"quality": _JPEG_QUALITY}
    if kind == "GIF":
        return {}
    return options | {"optimize": True}


def path_of(workspace_id: UUID, picture: Picture) -> str:
    """Where an image is stored: its name is the digest of its content."""
    digest = picture.sha256
    return f"{workspace_id}/{digest[:2]}/{digest}.{picture.extension}"


def store(path: str, content: bytes) -> None:
    """Write a file, unless it is there already: equal names mean equal content."""
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(content))


def remove(path: str) -> None:
    """Delete a stored file; one that is gone already is no error."""
    default_storage.delete(path)


def open_file(path: str) -> IO[bytes]:
    """A stored file, opened for reading."""
    return cast("IO[bytes]", default_storage.open(path, "rb"))


def _read(path: str) -> bytes:
    with open_file(path) as file:
        return file.read()


def reader(path: str) -> Callable[[], bytes]:
    """A function that reads a stored file when its content is needed."""
    return partial(_read, path)
