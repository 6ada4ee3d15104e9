"""Making images fit what a network takes. Pure: bytes in, bytes out."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from enishi.channels.errors import RejectedError

_QUALITIES = (92, 85, 75, 65)
_SHRINK = 0.8
_SMALLEST = 200
_KEPT = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}


@dataclass(frozen=True, slots=True)
class Fitted:
    """An image that can be sent."""

    content: bytes
    media_type: str
    width: int
    height: int


def fit(content: bytes, *, max_bytes: int, max_side: int) -> Fitted:
    """The image itself if it fits and tells nothing of where it was taken, else a smaller JPEG.

    Raises RejectedError when the bytes are no image.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content))
            image.load()
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        message = _("One of the files is not an image, or it is damaged.")
        raise RejectedError(message, field="attachments", detail=str(error)) from error
    kind = _KEPT.get(image.format or "")
    small = len(content) <= max_bytes and max(image.size) <= max_side
    if kind and small and not image.getexif():
        return Fitted(content, kind, *image.size)
    return _smaller(image, max_bytes, max_side)


def _smaller(image: Image.Image, max_bytes: int, max_side: int) -> Fitted:
    upright = _opaque(ImageOps.exif_transpose(image))
    upright.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    while True:
        for quality in _QUALITIES:
            output = io.BytesIO()
            upright.save(output, "JPEG", quality=quality, optimize=True)
            if output.tell() <= max_bytes:
                return Fitted(output.getvalue(), "image/jpeg", *upright.size)
        if max(upright.size) <= _SMALLEST:
            message = _("One of the images cannot be made small enough for this network.")
            raise RejectedError(message, field="attachments")
        width, height = (max(1, int(side * _SHRINK)) for side in upright.size)
        upright = upright.resize((width, height), Image.Resampling.LANCZOS)


def _opaque(image: Image.Image) -> Image.Image:
    """On white where it was transparent: JPEG has no transparency."""
    if image.mode not in {"RGBA", "LA", "P", "PA"}:
        return image.convert("RGB")
    layers = image.convert("RGBA")
    paper = Image.new("RGBA", layers.size, "white")
    paper.alpha_composite(layers)
    return paper.convert("RGB")
