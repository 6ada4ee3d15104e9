from __future__ import annotations

import io

import pytest

from enishi.imports.core import opening
from enishi.imports.core.items import BrokenFileError, Kind
from tests.unit.imports import files
from tests.unit.imports.files import entries, outbox, outbox_entry, read_all, tweet, tweets

OUTBOX = outbox([outbox_entry(1), outbox_entry(2)])
MEMBERS = {"media/1.jpg": b"\xff\xd8" * 500, "outbox.json": OUTBOX, "actor.json": b"{}"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (OUTBOX, Kind.OUTBOX),
        (b"\xef\xbb\xbf\n " + OUTBOX, Kind.OUTBOX),
        (files.zipped(MEMBERS), Kind.OUTBOX),
        (files.tarred(MEMBERS), Kind.OUTBOX),
        (files.tarred({"./archive/outbox.json": OUTBOX}), Kind.OUTBOX),
        (tweets([tweet(1)]), Kind.TWEETS),
        (files.zipped({"data/tweets.js": tweets([tweet(1)])}), Kind.TWEETS),
        (files.zipped({"tweet.js": tweets([tweet(1)])}), Kind.TWEETS),
        (files.repository().car(), Kind.REPOSITORY),
        (b"date,text\n", None),
        ("日時,本文\n".encode("cp932"), None),
        ("日時,本文\n".encode("utf-16"), None),
    ],
    ids=[
        "outbox",
        "outbox with a byte order mark",
        "outbox in a zip",
        "outbox in a tar",
        "outbox in a folder of a tar",
        "tweets",
        "tweets in a zip",
        "old tweets in a zip",
        "repository",
        "table",
        "table in Shift_JIS",
        "table in UTF-16",
    ],
)
def test_it_knows_a_file_by_its_content(content: bytes, kind: Kind | None) -> None:
    assert opening.detect(io.BytesIO(content)) == kind


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "unknown"),
        (files.zipped({"readme.txt": b"x"}), "nothing_inside"),
        (files.tarred({"readme.txt": b"x"}), "nothing_inside"),
        (files.zipped(MEMBERS)[:400], "damaged"),
        (b"\x1f\x8b" + b"junk" * 20, "damaged"),
    ],
    ids=[
        "nothing",
        "white space",
        "picture",
        "zip without an outbox",
        "tar without an outbox",
        "zip cut off",
        "not really gzip",
    ],
)
def test_it_refuses_a_file_that_it_cannot_read(content: bytes, code: str) -> None:
    with pytest.raises(BrokenFileError) as caught:
        opening.detect(io.BytesIO(content))
    assert caught.value.code == code


@pytest.mark.parametrize("pack", [files.zipped, files.tarred])
def test_it_reads_the_outbox_inside_an_archive(pack: object) -> None:
    assert callable(pack)
    assert len(entries(read_all(pack(MEMBERS), Kind.OUTBOX))) == 2


def test_it_refuses_an_archive_that_is_cut_off() -> None:
    many = {"outbox.json": outbox([outbox_entry(n) for n in range(3000)])}
    archive = files.tarred(many)
    with pytest.raises(BrokenFileError):
        read_all(archive[: len(archive) // 2], Kind.OUTBOX)


def test_it_refuses_an_archive_with_a_password() -> None:
    archive = bytearray(files.zipped({"outbox.json": OUTBOX}))
    archive[6] |= 1
    central = archive.index(b"PK\x01\x02")
    archive[central + 8] |= 1
    with pytest.raises(BrokenFileError, match="encrypted"):
        read_all(bytes(archive), Kind.OUTBOX)


def test_it_stops_an_archive_that_unfolds_without_end() -> None:
    stream = opening.Bounded(io.BytesIO(b"x" * 100), limit=50)
    with pytest.raises(BrokenFileError, match="too_large"):
        stream.readall()
