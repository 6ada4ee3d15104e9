"""What a film's container tells, and what is taken out of it."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.kernel.ids import new_id
from enishi.publishing.core import films, focal
from enishi.publishing.core.content import AttachmentInput, PostInput, cleaned


def box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I4s", len(content) + 8, kind) + content


def mp4(*, turned: bool = False, brand: bytes = b"isom") -> bytes:
    matrix = (0, 1 << 16, 0, 0) if turned else (1 << 16, 0, 0, 0)
    shown = (
        bytes(40)
        + struct.pack(">4i", *matrix)
        + bytes(20)
        + struct.pack(">II", 640 << 16, 360 << 16)
    )
    place = box(b"udta", b"\xa9xyz+35.6812+139.7671/")
    film = box(
        b"trak", box(b"tkhd", shown), box(b"mdia", box(b"hdlr", bytes(8) + b"vide" + bytes(13)))
    )
    head = box(b"mvhd", bytes(12) + struct.pack(">II", 1000, 4500) + bytes(80))
    return box(b"ftyp", brand, bytes(4)) + box(b"moov", head, film, place) + box(b"mdat", b"frames")


def element(name: int, content: bytes, *, open_end: bool = False) -> bytes:
    size = b"\x01" + (b"\xff" * 7 if open_end else len(content).to_bytes(7))
    return name.to_bytes((name.bit_length() + 7) // 8) + size + content


def webm() -> bytes:
    video = element(0xE0, element(0xB0, b"\x02\x80") + element(0xBA, b"\x01\x68"))
    tracks = element(0x1654AE6B, element(0xAE, video))
    info = element(
        0x1549A966, element(0x2AD7B1, b"\x0f\x42\x40") + element(0x4489, struct.pack(">d", 4500))
    )
    tags = element(0x1254C367, b"LOCATION +35.6812+139.7671")
    inner = info + tags + tracks + element(0x1F43B675, b"frames", open_end=True)
    return element(0x1A45DFA3, element(0x4282, b"webm")) + element(0x18538067, inner, open_end=True)


@pytest.mark.parametrize(("content", "kind"), [(mp4(), "video/mp4"), (webm(), "video/webm")])
def test_it_reads_size_and_length_and_takes_the_place_out(content, kind):
    film = films.read(content)
    assert (film.media_type, film.width, film.height, film.seconds) == (kind, 640, 360, 4.5)
    assert b"35.6812" in content
    assert b"35.6812" not in film.content
    assert len(film.content) == len(content)
    assert films.read(film.content) == film


def test_a_film_that_was_taken_upright_is_upright():
    assert (films.read(mp4(turned=True)).width, films.read(mp4(turned=True)).height) == (360, 640)


def test_other_kinds_and_what_is_damaged_are_refused():
    for content in (
        mp4(brand=b"qt  "),
        mp4()[:60],
        webm()[:30],
        b"\x1aE\xdf\xa3",
        box(b"ftyp", b"isom"),
    ):
        with pytest.raises(ValueError, match=r"\w"):
            films.read(content)


@given(st.binary(max_size=80), st.integers(0, 300))
def test_whatever_stands_in_a_file_it_is_read_or_refused(noise, at):
    for whole in (mp4(), webm()):
        broken = whole[:at] + noise + whole[at + len(noise) :]
        try:
            film = films.read(broken)
        except ValueError:
            continue
        assert len(film.content) == len(broken)


def test_a_point_of_focus_stays_within_the_picture():
    given_points = [(-3.0, 0.456), (0.0, 0.0), None]
    content = PostInput(attachments=[AttachmentInput(new_id(), focus=one) for one in given_points])
    assert [one.focus for one in cleaned(content).attachments] == [(-1.0, 0.46), None, None]
    classes = [focal.class_of(one) for one in [(-1, 1), (1, -1), (0.5, 0), (0, 0), (), None]]
    assert classes == ["at-0-0", "at-4-4", "at-3-2", "", "", ""]
