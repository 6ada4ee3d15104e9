"""Parquet files that are whole or not there."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from enishi.analytics.connection import Connection

_ROW_GROUP = 122_880


def literal(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def table_of(paths: Sequence[Path], *, named: bool = False) -> str:
    """A list of Parquet files as a table expression; `named` adds the column `filename`."""
    listed = ", ".join(literal(str(path)) for path in paths)
    return f"read_parquet([{listed}], hive_partitioning = false, filename = {str(named).lower()})"


def write(connection: Connection, query: str, place: Path) -> None:
    """Write what a query answers: beside its place, flushed to the disk, then renamed."""
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_suffix(".unfinished")
    connection.rows(
        f"COPY ({query}) TO {literal(str(unfinished))} "
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROW_GROUP})"
    )
    _flush(unfinished)
    unfinished.rename(place)
    _flush(place.parent)


def sha256_of(path: Path) -> str:
    """The checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
