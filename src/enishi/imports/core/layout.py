"""How a table is written: encoding, separator and the line of its headers."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from enishi.imports.core.cells import guess_order
from enishi.imports.core.fields import guess_columns, guess_kind, recognised
from enishi.imports.core.items import BrokenFileError, Columns, Kind

ENCODINGS: Final = ("utf-8", "cp932", "utf-16", "euc_jp", "latin-1")
DELIMITERS: Final = (",", "\t", ";", "|")
SAMPLE_ROWS: Final = 50
_SAMPLE: Final = 512 * 1024
_CHUNK: Final = 1024 * 1024
_MAX_HEADER_LINE: Final = 15
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """What was found out about a table, with its first rows."""

    encoding: str
    delimiter: str
    header_line: int
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def kind(self) -> Kind:
        return guess_kind(self.headers)

    def columns(self, kind: Kind) -> Columns:
        """The mapping that is proposed to the person."""
        fields = guess_columns(self.headers, kind)
        times = self.cells(fields["time"]) if "time" in fields else []
        return Columns(fields, self.encoding, self.delimiter, guess_order(times), self.header_line)

    def cells(self, header: str) -> list[str]:
        place = self.headers.index(header)
        return [row[place] for row in self.rows if place < len(row)]


def examine(raw: BinaryIO, *, encoding: str = "", delimiter: str = "") -> Layout:
    """Look at the start of a table. What the person chose is taken as given."""
    encoding = encoding or detect_encoding(raw)
    raw.seek(0)
    sample = raw.read(_SAMPLE)
    raw.seek(0)
    text = codecs.getincrementaldecoder(python_name(encoding))("replace").decode(sample)
    lines = text.lstrip("\ufeff")
    if not lines.strip():
        raise BrokenFileError("empty")
    delimiter = delimiter or _detect_delimiter(lines)
    rows = _rows(lines, delimiter, len(sample) == _SAMPLE)
    place = _header_place([row for _, row in rows])
    line, headers = rows[place]
    following = tuple(tuple(row) for _, row in rows[place + 1 : place + 1 + SAMPLE_ROWS])
    return Layout(encoding, delimiter, line, named(headers), following)


def python_name(encoding: str) -> str:
    """The codec: a byte order mark is part of no cell."""
    return "utf-8-sig" if encoding == "utf-8" else encoding


def detect_encoding(raw: BinaryIO) -> str:
    """By its byte order mark, else by which encoding fits best where text is not ASCII."""
    raw.seek(0)
    head = raw.read(4)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    raw.seek(0)
    sample = next((part for part in iter(lambda: raw.read(_CHUNK), b"") if not part.isascii()), b"")
    candidates = ("utf-8", "cp932", "euc_jp")
    return min(candidates, key=lambda name: _misfits(sample, name))


def _misfits(sample: bytes, encoding: str) -> int:
    """How many characters do not decode. Halfwidth kana are seldom meant: they count a little."""
    text = codecs.getincrementaldecoder(encoding)("replace").decode(sample)
    return 3 * text.count("\ufffd") + sum("\uff61" <= letter <= "\uff9f" for letter in text)


def _detect_delimiter(text: str) -> str:
    lines = text.splitlines()[:30]

    def score(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        common = max(set(widths), key=widths.count) if widths else 0
        return (widths.count(common) if common > 1 else 0, common)

    return max(DELIMITERS, key=score)


def _rows(text: str, delimiter: str, is_cut: bool) -> list[tuple[int, list[str]]]:  # noqa: FBT001
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((line, row))
            line = reader.line_num + 1
            if len(rows) > SAMPLE_ROWS + _MAX_HEADER_LINE:
                break
    except csv.Error:
        if not rows:
            raise BrokenFileError("not_a_table") from None
    if not rows:
        raise BrokenFileError("empty")
    return rows[:-1] if is_cut and len(rows) > 1 else rows


def _header_place(rows: Sequence[Sequence[str]]) -> int:
    """The row with the most known headers: exports like to put a title above."""
    places = range(min(len(rows), _MAX_HEADER_LINE))
    return max(places, key=lambda place: (recognised(rows[place]), -place))


def named(headers: Sequence[str]) -> tuple[str, ...]:
    """Headers that can be told apart: empty ones are numbered, repeated ones counted."""
    result: list[str] = []
    for number, header in enumerate(headers, start=1):
        name = " ".join(header.replace("\ufeff", "").split()) or f"#{number}"
        copies = sum(each == name or each.startswith(f"{name} (") for each in result)
        result.append(f"{name} ({copies + 1})" if copies else name)
    return tuple(result)
