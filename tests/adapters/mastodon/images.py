"""The smallest picture."""

from __future__ import annotations

import io

from PIL import Image


def _pixel() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (1, 1), "teal").save(content, "PNG")
    return content.getvalue()


PIXEL = _pixel()
