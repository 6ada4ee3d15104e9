"""Colours that can be read: contrast by WCAG 2.2, and accents moved until they have enough."""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass

ENOUGH = 4.5
"""Success criterion 1.4.3, level AA, for text of any size."""
PAPER, NIGHT = "#fbfaf7", "#14191b"
_HEX = re.compile(r"#[0-9a-f]{6}")
_LINEAR_BELOW = 0.04045
_STEP = 0.01


@dataclass(frozen=True, slots=True)
class Accent:
    """One chosen colour as it is used: on paper, at night, and what stands upon each."""

    light: str
    on_light: str
    dark: str
    on_dark: str
    is_adapted: bool
    """The choice itself would be hard to read on paper."""


def parse(text: str) -> str:
    """`#RRGGBB` in small letters; ValueError for anything else."""
    colour = text.strip().lower()
    if not _HEX.fullmatch(colour):
        raise ValueError(text)
    return colour


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, 'contrast ratio')."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def accent(chosen: str) -> Accent:
    """The accent nearest to the choice that is readable on both backgrounds."""
    colour = parse(chosen)
    light, dark = _moved(colour, PAPER, -_STEP), _moved(colour, NIGHT, _STEP)
    return Accent(light, _upon(light), dark, _upon(dark), is_adapted=light != colour)


def _upon(colour: str) -> str:
    return max(("#ffffff", "#101416"), key=lambda ink: contrast(ink, colour))


def _moved(colour: str, ground: str, step: float) -> str:
    """The same hue, darker or lighter until it stands out from the ground."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(colour))
    while contrast(colour, ground) < ENOUGH and 0 <= lightness <= 1:
        lightness += step
        red, green, blue = colorsys.hls_to_rgb(hue, min(max(lightness, 0), 1), saturation)
        colour = f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"
    return colour


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= _LINEAR_BELOW else ((part + 0.055) / 1.055) ** 2.4
