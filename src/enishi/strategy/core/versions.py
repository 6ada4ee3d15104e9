"""Two states of the plan compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

NodeDocument: TypeAlias = Mapping[str, Any]
"""A node as it is kept: `id`, `level`, `parent`, and its fields."""
_IDENTITY = frozenset({"id", "level", "position"})
_ORDER = ("goal", "strategy", "objective", "tactic")


class Change(StrEnum):
    """What happened to a node between two versions."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One node that is not the same; `fields` is empty unless it changed."""

    change: Change
    level: str
    id: str
    title: str
    fields: Sequence[FieldChange] = ()


def compare(before: Sequence[NodeDocument], after: Sequence[NodeDocument]) -> list[Difference]:
    """What is new, gone or different in `after`, from goals down to tactics."""
    old = {str(node["id"]): node for node in before}
    new = {str(node["id"]): node for node in after}
    found = [_whole(Change.REMOVED, old[key]) for key in old if key not in new]
    found += [_whole(Change.ADDED, new[key]) for key in new if key not in old]
    for key, node in new.items():
        if key in old and (fields := _fields(old[key], node)):
            found.append(_whole(Change.CHANGED, node, fields))
    return sorted(found, key=lambda one: (_ORDER.index(one.level), one.title, one.id))


def _whole(change: Change, node: NodeDocument, fields: Sequence[FieldChange] = ()) -> Difference:
    return Difference(change, str(node["level"]), str(node["id"]), str(node["title"]), fields)


def _fields(old: NodeDocument, new: NodeDocument) -> list[FieldChange]:
    names = [name for name in dict.fromkeys([*old, *new]) if name not in _IDENTITY]
    return [
        FieldChange(name, old.get(name), new.get(name))
        for name in names
        if old.get(name) != new.get(name)
    ]
