"""What the sealed files come to for each post and each message, worked out before it is asked.

A post's interactions are its last report and the acts after it; a message's answer is our first
reply to it. Both join tables that grow for ever. So the worker works them out over all sealed
files now and then, and writes the results with the list of files that they cover: one DuckDB
file that any process reads page by page, together with the rollups of all these files and the
observations, each in the order in which it is asked for. A question reads these and joins only
what is newer: hot rows, and files sealed since.

When a covered file was replaced (by compaction, or because somebody was erased) the results no
longer count until they are made anew.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from enishi.analytics.connection import Connection
from enishi.analytics.metrics.engagement import INTERACTIONS
from enishi.analytics.metrics.followers import METRIC as FOLLOWERS
from enishi.analytics.parquet import literal, table_of
from enishi.analytics.rollups import Rollup, of, path_for
from enishi.analytics.schema import COLUMNS, Kind
from enishi.kernel.ids import new_id

_LIST = "covers.json"
_PEOPLE_AT_ONCE = 2_000_000
_FORM = 3
"""Of the tables; results of another form do not count."""


class Settled(StrEnum):
    """The results, each a table."""

    INTERACTIONS = "interactions"
    ANSWERS = "answers"
    SENT = "sent"
    RETURNS = "returns"


COPIED = (Rollup.DAILY, Rollup.PUBLISHED, Rollup.REPORTED, Rollup.MOVES, Rollup.PEOPLE)
"""The rollups of which the file has a table."""


@dataclass(frozen=True, slots=True)
class Covered:
    """A file of the log whose rows are in the results, and the workspaces it may hold."""

    path: str
    rows: int
    min_workspace: str
    max_workspace: str

    def may_hold(self, workspaces: Sequence[UUID]) -> bool:
        """Whether rows of one of these workspaces may be in it."""
        names = [str(one) for one in workspaces]
        return bool(names) and self.min_workspace <= max(names) and self.max_workspace >= min(names)


@dataclass(frozen=True, slots=True)
class Results:
    """What was worked out, and from which files.

    `mixed` are the workspaces in which something lies on several channels at once: there the
    results hold for all channels together only.
    """

    file: str
    covered: Mapping[Kind, Sequence[Covered]]
    mixed: frozenset[str]

    def hold(self, workspaces: Sequence[UUID], segments: Mapping[Kind, Collection[str]]) -> bool:
        """Whether every covered file of these workspaces still counts."""
        return all(
            one.path in segments.get(kind, ())
            for kind in Kind
            for one in self.covered[kind]
            if one.may_hold(workspaces)
        )

    def newer(self, kind: Kind, segments: Sequence[str]) -> list[str]:
        """The files that are not covered."""
        known = {one.path for one in self.covered[kind]}
        return [path for path in segments if path not in known]

    def paths(self) -> set[str]:
        """All files that belong to the results, relative to the lake."""
        return {_of_folder(_LIST), self.file}


def rows_in(covered: Mapping[Kind, Sequence[Covered]]) -> int:
    """How many rows these files hold."""
    return sum(one.rows for found in covered.values() for one in found)


def read(root: Path) -> Results | None:
    """The newest results; None when there are none."""
    try:
        told = json.loads((root / _of_folder(_LIST)).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if told.get("form") != _FORM:
        return None
    return Results(
        file=told["file"],
        covered={kind: [Covered(*one) for one in told["covered"].get(kind, [])] for kind in Kind},
        mixed=frozenset(told["mixed"]),
    )


def forget(root: Path) -> None:
    """Remove the results at once."""
    for path in (root / _of_folder("")).glob("*"):
        path.unlink(missing_ok=True)


def build(connection: Connection, root: Path, covered: Mapping[Kind, Sequence[Covered]]) -> Results:
    """Work the results out from these files and let them count. Older results stay on the disk."""
    name = new_id().hex
    place = root / _of_folder(f"{name}.duckdb")
    unfinished = place.with_suffix(".unfinished")
    place.parent.mkdir(parents=True, exist_ok=True)
    paths = {kind: [one.path for one in covered[kind]] for kind in Kind}
    catalogue = f"making_{name}"
    connection.rows(f"ATTACH {literal(str(unfinished))} AS {catalogue}")
    try:
        for table, query in _queries(root, paths, catalogue).items():
            connection.rows(f"CREATE TABLE {catalogue}.{table} AS {query}")
        _add_returns(connection, catalogue)
        mixed = _mixed(connection, catalogue)
    finally:
        connection.rows(f"DETACH {catalogue}")
    unfinished.rename(place)
    made = Results(_of_folder(place.name), covered, mixed)
    _write(root, made)
    return made


def _queries(root: Path, paths: Mapping[Kind, Sequence[str]], made: str) -> dict[str, str]:
    """What each table holds; later ones read earlier ones in `made`."""
    acts = table_of([root / path for path in paths[Kind.ACTIVITY]])
    of_acts = {one: _partners(root, one, paths[Kind.ACTIVITY]) for one in of(Kind.ACTIVITY)}
    return {
        "observations": _observations(root, paths[Kind.OBSERVATION]),
        Settled.INTERACTIONS: _interactions(root, paths),
        Settled.ANSWERS: _answers(acts),
        Settled.SENT: f"{_sent(acts)} ORDER BY workspace_id, sent_at",
        Rollup.DAILY: (
            f"SELECT * REPLACE (sum(acts)::BIGINT AS acts, max(last_at) AS last_at) "  # noqa: S608
            f"FROM {of_acts[Rollup.DAILY]} GROUP BY ALL ORDER BY workspace_id, day"
        ),
        Rollup.PUBLISHED: f"FROM {of_acts[Rollup.PUBLISHED]} ORDER BY workspace_id, occurred_at",
        Rollup.REPORTED: (
            "SELECT workspace_id, channel_id, subject, metric, "  # noqa: S608
            "arg_max(value, observed_at) AS value, max(observed_at) AS observed_at "
            f"FROM {made}.observations WHERE subject <> '' GROUP BY ALL "
            "ORDER BY workspace_id, metric, subject"
        ),
        Rollup.MOVES: _moves(of_acts[Rollup.MOVES], f"{made}.observations"),
        # in the order of the files, which are in that of time: too much to be sorted again
        Rollup.PEOPLE: f"FROM {of_acts[Rollup.PEOPLE]}",
    }


def _observations(root: Path, paths: Sequence[str]) -> str:
    columns = ", ".join(COLUMNS[Kind.OBSERVATION])
    if not paths:
        types = {"text": "VARCHAR", "time": "TIMESTAMP", "number": "DOUBLE"}
        nothing = (
            f"NULL::{types[type_]} AS {name}" for name, type_ in COLUMNS[Kind.OBSERVATION].items()
        )
        return f"SELECT {', '.join(nothing)} WHERE false"
    source = table_of([root / path for path in paths])
    return f"SELECT {columns} FROM {source} ORDER BY workspace_id, metric, observed_at"  # noqa: S608


def _moves(moves: str, observations: str) -> str:
    """Follows and unfollows of a quarter of an hour, as far as no report lies between them.

    Days begin on a quarter in every time zone. `first_at` and `occurred_at` are the first and
    the last of a row's moves.
    """
    quarter = "time_bucket(INTERVAL 15 MINUTE, {})"
    return f"""
        WITH told AS (
            SELECT workspace_id, channel_id, {quarter.format("observed_at")} AS quarter,
                   list(observed_at) AS moments
            FROM {observations} WHERE metric = '{FOLLOWERS}' AND subject = '' GROUP BY ALL),
        placed AS (
            SELECT *, {quarter.format("occurred_at")} AS quarter FROM {moves})
        SELECT workspace_id, channel_id, max(occurred_at) AS occurred_at,
               min(occurred_at) AS first_at, sum(move)::BIGINT AS move
        FROM placed LEFT JOIN told USING (workspace_id, channel_id, quarter)
        GROUP BY workspace_id, channel_id, quarter, sign(move),
                 len(list_filter(moments, lambda moment: moment < occurred_at))
        ORDER BY workspace_id, occurred_at
        """  # noqa: S608


def _add_returns(connection: Connection, made: str) -> None:
    """Each person's days, with the day before and the day after on which they did something.

    In a window, those whose day before lies outside are counted once, and those whose days
    before and after both do were there on one day only: nobody need be grouped. Worked out for
    some of the people at a time, so that it fits into memory.
    """
    ((rows,),) = connection.rows(f"SELECT count(*) FROM {made}.{Rollup.PEOPLE}")  # noqa: S608
    parts = rows // _PEOPLE_AT_ONCE + 1
    connection.rows(
        f"CREATE TABLE {made}.{Settled.RETURNS} (workspace_id VARCHAR, day DATE, "
        "person UBIGINT, acts BIGINT, before DATE, after DATE)"
    )
    for part in range(parts):
        connection.rows(
            f"""
            INSERT INTO {made}.{Settled.RETURNS}
            SELECT workspace_id, day, person, acts,
                   lag(day) OVER days AS before, lead(day) OVER days AS after
            FROM (SELECT workspace_id, day, person, sum(acts)::BIGINT AS acts
                  FROM {made}.{Rollup.PEOPLE} WHERE person % {parts} = {part} GROUP BY ALL)
            WINDOW days AS (PARTITION BY workspace_id, person ORDER BY day)
            ORDER BY workspace_id, day
            """  # noqa: S608
        )


def _write(root: Path, made: Results) -> None:
    told = {
        "form": _FORM,
        "file": made.file,
        "covered": {
            kind: [[one.path, one.rows, one.min_workspace, one.max_workspace] for one in found]
            for kind, found in made.covered.items()
        },
        "mixed": sorted(made.mixed),
    }
    place = root / _of_folder(_LIST)
    unfinished = place.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(told), encoding="utf-8")
    unfinished.rename(place)


def _of_folder(name: str) -> str:
    return f"settled/{name}"


def _partners(root: Path, rollup: Rollup, paths: Sequence[str]) -> str:
    return table_of([root / path_for(rollup, path) for path in paths])


def _interactions(root: Path, paths: Mapping[Kind, Sequence[str]]) -> str:
    """For each post and metric: the last report, the acts after it, the time of the last act."""
    metrics = ", ".join(literal(metric) for metric in INTERACTIONS)
    received = _partners(root, Rollup.RECEIVED, paths[Kind.ACTIVITY])
    reported = (
        f"SELECT * FROM {_partners(root, Rollup.REPORTED, paths[Kind.OBSERVATION])}"  # noqa: S608
        if paths[Kind.OBSERVATION]
        else "SELECT '' AS workspace_id, '' AS channel_id, '' AS subject, '' AS metric, "
        "0.0 AS value, TIMESTAMP '1970-01-01' AS observed_at WHERE false"
    )
    after = (
        "CASE WHEN r.observed_at IS NULL OR a.first_at > r.observed_at THEN a.acts "
        "WHEN a.last_at <= r.observed_at THEN 0 "
        "ELSE len(list_filter(a.times, lambda moment: moment > r.observed_at)) END * a.weight"
    )
    return f"""
        WITH r AS (
            SELECT workspace_id, subject AS post, metric, min(channel_id) AS channel_id,
                   count(DISTINCT coalesce(channel_id, '')) AS channels,
                   arg_max(value, observed_at) AS value, max(observed_at) AS observed_at
            FROM ({reported}) WHERE metric IN ({metrics}) GROUP BY ALL),
        a AS (
            SELECT a.workspace_id, a.post, a.metric, min(a.channel_id) AS channel_id,
                   count(DISTINCT coalesce(a.channel_id, '')) AS channels,
                   CAST(sum({after}) AS BIGINT) AS after, max(a.last_at) AS acted_at
            FROM {received} a LEFT JOIN r USING (workspace_id, post, metric) GROUP BY ALL)
        SELECT coalesce(a.workspace_id, r.workspace_id) AS workspace_id,
               coalesce(a.channel_id, r.channel_id) AS channel_id,
               coalesce(a.post, r.post) AS post, coalesce(a.metric, r.metric) AS metric,
               r.value AS reported, r.observed_at AS reported_at,
               coalesce(a.after, 0) AS after, a.acted_at,
               greatest(coalesce(a.channels, 0), coalesce(r.channels, 0)) > 1 OR
               (a.post IS NOT NULL AND r.post IS NOT NULL
                AND coalesce(a.channel_id, '') <> coalesce(r.channel_id, '')) AS mixed
        FROM a FULL JOIN r USING (workspace_id, post, metric)
        ORDER BY workspace_id, post, metric
        """  # noqa: S608


def _answers(acts: str) -> str:
    """For each message: when it came, and when we first answered."""
    return f"""
        WITH messages AS (
            SELECT workspace_id, object_key AS message, min(channel_id) AS channel_id,
                   min(occurred_at) AS received_at,
                   count(DISTINCT coalesce(channel_id, '')) > 1 AS mixed
            FROM {acts} WHERE type = 'Create' AND direction = 'inbound' AND object_key <> ''
            GROUP BY ALL),
        sent AS (
            SELECT workspace_id, message, channel_id AS by_channel, sent_at FROM ({_sent(acts)}))
        SELECT workspace_id, channel_id, message, received_at,
               min(CASE WHEN sent_at >= received_at THEN sent_at END) AS answered_at,
               any_value(mixed) OR coalesce(bool_or(by_channel <> channel_id), false) AS mixed
        FROM messages LEFT JOIN sent USING (workspace_id, message)
        GROUP BY workspace_id, channel_id, message, received_at
        ORDER BY workspace_id, received_at
        """  # noqa: S608


def _sent(acts: str) -> str:
    """Each of our answers to whatever message."""
    return (
        "SELECT workspace_id, channel_id, target_key AS message, occurred_at AS sent_at "  # noqa: S608
        f"FROM {acts} "
        "WHERE type = 'Create' AND direction = 'outbound' AND target_key <> ''"
    )


def _mixed(connection: Connection, made: str) -> frozenset[str]:
    asked = " UNION ".join(
        f"SELECT workspace_id FROM {made}.{one} WHERE mixed"  # noqa: S608
        for one in (Settled.INTERACTIONS, Settled.ANSWERS)
    )
    return frozenset(workspace for (workspace,) in connection.rows(asked))
