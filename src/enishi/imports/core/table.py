"""Tables (CSV and its kin) of posts and of daily numbers, read row by row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any, BinaryIO, Final
from uuid import UUID

from enishi.activities.events import Direction, NewActivity, NewObservation
from enishi.imports.core.cells import read_number, read_time
from enishi.imports.core.fields import NUMBERS, folded, metric_named
from enishi.imports.core.items import (
    BrokenFileError,
    Columns,
    Entry,
    Item,
    Kind,
    RowError,
    Target,
    sound_text,
    sound_time,
)
from enishi.imports.core.layout import named, python_name
from enishi.vocab.times import write_datetime

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_UNDECODED: Final = re.compile("[\udc80-\udcff\ufffd]")
_MAX_KEY: Final = 500
Cells = Mapping[str, str]


def read(stream: BinaryIO, target: Target, kind: Kind, columns: Columns) -> Iterator[Item]:
    """Entries of the table. A row that cannot be used is a Problem with its line number."""
    _require_fields(kind, columns)
    read_row = _post if kind is Kind.POSTS else _numbers
    for line, row in _rows(stream, columns):
        if isinstance(row, RowError):
            yield row.at(line)
            continue
        try:
            yield read_row(line, row, target, columns)
        except RowError as error:
            yield error.at(line)


def _require_fields(kind: Kind, columns: Columns) -> None:
    mapped = columns.fields.keys()
    if "time" not in mapped:
        raise BrokenFileError("no_time_column")
    if kind is Kind.POSTS and not mapped & {"text", "url", "id"}:
        raise BrokenFileError("no_post_column")
    numbers = {field.name for field in NUMBERS}
    if kind is Kind.METRICS and not (mapped & numbers or {"metric", "value"} <= mapped):
        raise BrokenFileError("no_number_column")


def _rows(stream: BinaryIO, columns: Columns) -> Iterator[tuple[int, Cells | RowError]]:
    """The mapped cells of each row, with the line on which it starts."""
    text = io.TextIOWrapper(
        stream, encoding=python_name(columns.encoding), errors=_handler(columns), newline=""
    )
    reader = csv.reader(text, delimiter=columns.delimiter)
    headers: tuple[str, ...] = ()
    line = 1
    try:
        while True:
            try:
                row = next(reader, None)
            except csv.Error:
                yield line, RowError("quote")
                line = reader.line_num + 1
                continue
            if row is None:
                break
            if headers and any(cell.strip() for cell in row):
                yield line, _cells(headers, row, columns)
            elif line >= columns.header_line and not headers:
                headers = _headers(row, columns)
            line = reader.line_num + 1
    finally:
        if not stream.closed:
            text.detach()


def _handler(columns: Columns) -> str:
    """Bytes that do not decode stay visible, so that their row can be named."""
    return "replace" if columns.encoding == "utf-16" else "surrogateescape"


def _headers(row: Sequence[str], columns: Columns) -> tuple[str, ...]:
    headers = named(row)
    missing = [header for header in columns.fields.values() if header not in headers]
    if missing:
        raise BrokenFileError("columns_gone", value=", ".join(missing))
    return headers


def _cells(headers: Sequence[str], row: Sequence[str], columns: Columns) -> Cells | RowError:
    surplus = any(cell.strip() for cell in row[len(headers) :])
    if len(row) < len(headers) or surplus:
        return RowError("columns", count=str(len(row)), expected=str(len(headers)))
    by_header = dict(zip(headers, row, strict=False))
    cells = {name: by_header[header].strip() for name, header in columns.fields.items()}
    for name, cell in cells.items():
        if _UNDECODED.search(cell):
            shown = _UNDECODED.sub("�", cell)[:80]
            return RowError("characters", field=name, value=shown, encoding=columns.encoding)
    return cells


def _time(cells: Cells, target: Target, columns: Columns) -> datetime:
    at = read_time(
        cells["time"], cells.get("clock", ""), zone=target.zone, order=columns.date_order
    )
    return sound_time(at, target)


def _channel(cells: Cells, target: Target) -> UUID | None:
    name = cells.get("channel", "")
    if not name:
        return target.channel_id
    found = target.channels.get(folded(name.lstrip("@")))
    if found is None:
        raise RowError("channel_unknown", field="channel", value=name[:80])
    return found


def _post(line: int, cells: Cells, target: Target, columns: Columns) -> Entry:
    at = _time(cells, target, columns)
    text, url = sound_text(cells.get("text", "")), _address(cells)
    if not (text or url or cells.get("id")):
        raise RowError("nothing_said", field="text")
    channel_id = _channel(cells, target)
    key = cells.get("id") or url or _digest(at, str(channel_id or ""), text)
    activity = NewActivity(
        workspace_id=target.workspace_id,
        type="Create",
        key=sound_text(key[:_MAX_KEY], field="id"),
        source=target.source,
        occurred_at=at,
        channel_id=channel_id,
        direction=Direction.OUTBOUND,
        actor_name=target.actor_name,
        object_type="Note",
        object_key=key[:_MAX_KEY],
        text=text,
        language=cells.get("language", "")[:35],
        user_id=target.user_id,
        via=target.via,
        document=_document(key, at, text, url),
    )
    measured = _measured(cells, target, columns)
    observations = _observations(cells, target, channel_id, activity.object_key, measured)
    return Entry(line, activity, observations)


def _document(key: str, at: datetime, text: str, url: str) -> dict[str, Any]:
    """Valid by its making: every part was checked as a cell."""
    published = write_datetime(at)
    note = {"type": "Note", "id": key, "published": published}
    if text:
        note["content"] = text
    if url:
        note["url"] = url
    return {"type": "Create", "id": key, "published": published, "object": note}


def _address(cells: Cells) -> str:
    url = cells.get("url", "")
    if url and not _URL.fullmatch(url):
        raise RowError("url_bad", field="url", value=url[:80])
    return sound_text(url, field="url")


def _digest(at: datetime, channel: str, text: str) -> str:
    parts = f"{at.isoformat()}\x1f{channel}\x1f{text}"
    return "digest:" + blake2b(parts.encode(), digest_size=20).hexdigest()


def _measured(cells: Cells, target: Target, columns: Columns) -> datetime:
    written = cells.get("measured", "")
    if not written:
        return target.measured_at
    at = read_time(written, "", zone=target.zone, order=columns.date_order)
    return sound_time(at, target, field="measured")


def _observations(
    cells: Cells, target: Target, channel_id: UUID | None, subject: str, at: datetime
) -> tuple[NewObservation, ...]:
    """The numbers of a row; an empty cell was not observed and is not zero."""
    read_cells = (
        (field.metric, read_number(cells[field.name], field=field.name))
        for field in NUMBERS
        if field.name in cells
    )
    return tuple(
        NewObservation(
            workspace_id=target.workspace_id,
            channel_id=channel_id,
            subject=subject,
            metric=metric,
            value=value,
            observed_at=at,
            source=target.source,
        )
        for metric, value in read_cells
        if value is not None
    )


def _numbers(line: int, cells: Cells, target: Target, columns: Columns) -> Item:
    at = _time(cells, target, columns)
    channel_id = _channel(cells, target)
    if "metric" in cells and "value" in cells:
        cells = _one_metric(cells)
    observations = _observations(cells, target, channel_id, "", at)
    if not observations:
        raise RowError("nothing_counted")
    return Entry(line, None, observations)


def _one_metric(cells: Cells) -> Cells:
    """A row that names its metric, as a row with a column for it."""
    metric = metric_named(cells["metric"])
    if not metric:
        raise RowError("metric_unknown", field="metric", value=cells["metric"][:80])
    return {**cells, metric: cells["value"]}
