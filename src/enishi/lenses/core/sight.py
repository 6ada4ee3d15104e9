"""Two lenses on the same events: who is tied to whom, and what was published.

A lens never hides or adds an event: it only sorts all of them into other groups, so that
the totals agree whatever one looks through. The groups that a lens is made for are its
*focus*; every kind of event lies in the focus of at least one lens.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Lens(StrEnum):
    """What one looks at."""

    NETWORK = "network"
    MEDIA = "media"


class Group(StrEnum):
    """What an event is, as a lens sees it."""

    TIES = "ties"
    CONVERSATIONS = "conversations"
    APPROVAL = "approval"
    BUSINESS = "business"
    BROADCASTS = "broadcasts"
    POSTS = "posts"
    SPREAD = "spread"
    REACTIONS = "reactions"
    COMMENTS = "comments"
    VIEWS = "views"
    PEOPLE = "people"
    HOUSE = "house"
    OTHER = "other"


FOCUS: Mapping[Lens, frozenset[Group]] = {
    Lens.NETWORK: frozenset(
        {Group.TIES, Group.CONVERSATIONS, Group.APPROVAL, Group.BUSINESS, Group.OTHER}
    ),
    Lens.MEDIA: frozenset(
        {
            Group.POSTS,
            Group.SPREAD,
            Group.REACTIONS,
            Group.COMMENTS,
            Group.VIEWS,
            Group.HOUSE,
            Group.OTHER,
        }
    ),
}
"""What each lens is for. What happened in the house is part of making media."""


@dataclass(frozen=True, slots=True)
class Events:
    """So many events of one sort on one channel."""

    channel_id: str
    direction: str
    type: str
    kind: str
    """For Create: post or reply. Else the type of the object."""
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """A group of a lens, divided by the classes of a scheme."""

    group: Group
    in_focus: bool
    cells: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.cells.values())


@dataclass(frozen=True, slots=True)
class Sight:
    """All events, seen through a lens."""

    lens: Lens
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def total(self) -> int:
        return sum(row.total for row in self.rows)

    def of_column(self, column: str) -> int:
        return sum(row.cells.get(column, 0) for row in self.rows)


def look(
    events: Iterable[Events], lens: Lens, class_of: Callable[[str], str], columns: Sequence[str]
) -> Sight:
    """Sort every event once: by the lens into rows, by the class of its channel into columns.

    `columns` come first, in this order; classes that are not among them follow.
    """
    counted: defaultdict[Group, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for event in events:
        counted[group_of(event, lens)][class_of(event.channel_id)] += event.count
    used = {column for cells in counted.values() for column in cells}
    ordered = [column for column in columns if column in used]
    ordered += sorted(used - set(columns))
    rows = [
        Row(group, group in FOCUS[lens], dict(counted[group]))
        for group in Group
        if group in counted
    ]
    rows.sort(key=lambda row: not row.in_focus)
    return Sight(lens, tuple(ordered), tuple(rows))


def group_of(event: Events, lens: Lens) -> Group:
    """What an event is, as the lens sees it."""
    return _network(event) if lens is Lens.NETWORK else _media(event)


def is_visible(event: Events) -> bool:
    """Whether at least one lens is made for such events (R015)."""
    return any(group_of(event, lens) in FOCUS[lens] for lens in Lens)


_TIE_TYPES = frozenset({"Follow", "Block", "Accept", "Reject", "Invite", "Join", "Leave"})
_SEEN = frozenset({"View", "Listen", "Read"})


def _undone(event: Events) -> str:
    """What an act is about: taking a like back is about the like."""
    return (event.kind or "Follow") if event.type == "Undo" else event.type


def _network(event: Events) -> Group:  # noqa: PLR0911 - one line for each group
    act = _undone(event)
    if event.direction == "internal":
        return Group.HOUSE
    if act in _TIE_TYPES:
        return Group.TIES
    if act == "Create":
        speaks = event.kind == "reply" or event.direction == "inbound"
        return Group.CONVERSATIONS if speaks else Group.BROADCASTS
    if act in {"Like", "Announce"}:
        return Group.APPROVAL
    if act.startswith("schema:"):
        return Group.BUSINESS
    if act in _SEEN:
        return Group.VIEWS
    return Group.BROADCASTS if event.direction == "outbound" else Group.OTHER


def _media(event: Events) -> Group:  # noqa: PLR0911 - one line for each group
    act = _undone(event)
    if event.direction == "internal":
        return Group.HOUSE
    if act in _TIE_TYPES or act.startswith("schema:"):
        return Group.PEOPLE
    if act == "Create":
        ours = event.kind != "reply" and event.direction == "outbound"
        return Group.POSTS if ours else Group.COMMENTS
    if act == "Announce":
        return Group.SPREAD
    if act == "Like":
        return Group.REACTIONS
    if act in _SEEN:
        return Group.VIEWS
    return Group.POSTS if event.direction == "outbound" else Group.OTHER
