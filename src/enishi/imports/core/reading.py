"""The one way to read a file of any kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final

from enishi.imports.core import outbox, repository, table, tweets
from enishi.imports.core.items import Columns, Item, Kind, Reader, Target
from enishi.imports.core.opening import streams, translated

_READERS: Final[Mapping[Kind, Reader]] = {
    Kind.OUTBOX: outbox.read,
    Kind.REPOSITORY: repository.read,
    Kind.TWEETS: tweets.read,
}


def read(raw: BinaryIO, kind: Kind, target: Target, columns: Columns) -> Iterator[Item]:
    """Every row of the file in order. Raises BrokenFileError when the file is unusable."""
    with translated():
        row = 1
        for stream in streams(raw, kind):
            items = (
                table.read(stream, target, kind, columns)
                if kind.is_table
                else _READERS[kind](stream, target, row)
            )
            for item in items:
                yield item
                row = item.row + 1
