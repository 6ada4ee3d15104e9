"""Whether a JSON value is an ActivityStreams document, and where it is not."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from enishi.vocab import languages, times
from enishi.vocab.errors import VocabError
from enishi.vocab.terms import COLLECTION_TYPES, LINK_TYPES, PAGE_TYPES, PROPERTIES, Kind, canonical

MAX_DEPTH: Final = 64
MAX_VALUES: Final = 200_000
MAX_BYTES: Final = 16 * 1024 * 1024
MAX_BITS: Final = 1024

_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_CONTEXT: Final = re.compile(r"https?://www\.w3\.org/ns/activitystreams(?:#.*|\.jsonld)?")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


@dataclass(slots=True)
class Reader:
    """Copies a document while checking it, counting how much it has read.

    Errors learn their path while they rise, so that good documents pay nothing for it.
    """

    allow_relative: bool = False
    values: int = 0

    def document(self, source: object) -> dict[str, Any]:
        if not isinstance(source, Mapping):
            raise VocabError(f"the document must be an object, not {_name_of(source)}")
        if "@context" in source and not _speaks_as2(source["@context"]):
            raise VocabError("the context is not that of ActivityStreams", path=".@context")
        return self.node(source, 0)

    def node(self, source: Mapping[Any, Any], depth: int) -> dict[str, Any]:
        copied: dict[str, Any] = {}
        for key, value in source.items():
            kind = PROPERTIES.get(canonical(_key(key)))
            try:
                if type(value) is str:  # most values: the way of `copy`, but shorter
                    self.values += 1
                    kept: Any = value if value.isascii() else _sound(value)
                else:
                    kept = self.copy(value, depth + 1, nodes=kind in _STRUCTURED)
                copied[key] = kept
                if kind is not None and kept is not None:
                    self.property(kind, kept)
            except VocabError as error:
                error.below(f".{key}")
                raise
        _check_type(copied)
        return copied

    def copy(self, value: object, depth: int, *, nodes: bool) -> Any:
        """The value with objects and lists of its own; `nodes`: objects in it are nodes.

        Contexts, language maps and foreign structures are kept as they are.
        """
        self.values += 1
        if self.values > MAX_VALUES:
            raise VocabError(f"more than {MAX_VALUES} values in one document")
        if isinstance(value, str):
            return _sound(value)
        if depth > MAX_DEPTH:
            raise VocabError(f"nested deeper than {MAX_DEPTH} levels")
        if isinstance(value, Mapping):
            return self.node(value, depth) if nodes else self.foreign(value, depth)
        if isinstance(value, list | tuple):
            return self.items(value, depth, nodes=nodes)
        return _scalar(value)

    def items(self, values: Sequence[object], depth: int, *, nodes: bool) -> list[Any]:
        copied: list[Any] = []
        try:
            for value in values:
                copied.append(self.copy(value, depth + 1, nodes=nodes))  # noqa: PERF401 - its length tells where it fails
        except VocabError as error:
            error.below(f"[{len(copied)}]")
            raise
        return copied

    def foreign(self, value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
        copied: dict[str, Any] = {}
        for key, item in value.items():
            name = _key(key)
            try:
                copied[name] = self.copy(item, depth + 1, nodes=False)
            except VocabError as error:
                error.below(f".{name}")
                raise
        return copied

    def property(self, kind: Kind, value: object) -> None:
        if kind is Kind.FREE:
            return
        if kind is Kind.TEXT_MAP:
            _check_text_map(value)
            return
        if isinstance(value, list):
            for item in value:
                if item is not None:
                    self.one(kind, item)
        else:
            self.one(kind, value)

    def one(self, kind: Kind, item: object) -> None:
        if kind is Kind.URL or kind is Kind.ADDRESS:
            self.address(item)
        elif complaint := _CHECKS[kind](item):
            raise VocabError(complaint.format(found=_name_of(item)))

    def address(self, item: object) -> None:
        if isinstance(item, dict):
            return
        if not isinstance(item, str):
            raise VocabError(f"must be an address, not {_name_of(item)}")
        if item and not self.allow_relative and not _ABSOLUTE.match(item):
            raise VocabError(f"the address {item[:80]!r} is not absolute")


def _speaks_as2(context: object) -> bool:
    if isinstance(context, str):
        return _CONTEXT.fullmatch(context) is not None
    if isinstance(context, Mapping):
        return any(isinstance(value, str) and _speaks_as2(value) for value in context.values())
    return isinstance(context, list | tuple) and any(_speaks_as2(item) for item in context)


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise VocabError(f"the key {key!r} is not a text")
    return _sound(key)


def _sound(text: str) -> str:
    if type(text) is not str:
        text = str(text)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        raise VocabError("the text holds half a character") from None
    return text


def _scalar(value: object) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and value.bit_length() <= MAX_BITS:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise VocabError(f"{_name_of(value)} that JSON cannot carry")


def _check_text_map(value: object) -> None:
    if not isinstance(value, dict):
        raise VocabError(f"must map languages to texts, not be {_name_of(value)}")
    for tag, text in value.items():
        if not languages.is_tag(tag):
            raise VocabError(f"{tag!r} is not a language tag")
        texts = text if isinstance(text, list) else [text]
        if not all(item is None or isinstance(item, str) for item in texts):
            raise VocabError("the translation must be a text", path=f".{tag}")


def _check_type(node: Mapping[str, Any]) -> None:
    for key in ("id", "@id"):
        if key in node and not isinstance(node[key], str | None):
            raise VocabError(f"must be a text, not {_name_of(node[key])}", path=f".{key}")
    types = types_of(node)
    if "items" not in node and "orderedItems" not in node:
        return
    ordered = any(name.startswith("Ordered") for name in types if name in COLLECTION_TYPES)
    if ordered and "items" in node:
        raise VocabError("an ordered collection has orderedItems, not items", path=".items")
    if not ordered and "orderedItems" in node and any(name in COLLECTION_TYPES for name in types):
        raise VocabError(
            "an unordered collection has items, not orderedItems", path=".orderedItems"
        )


def types_of(node: Mapping[str, Any]) -> tuple[str, ...]:
    """The canonical types of a node, in the order in which they are written."""
    key = "type" if "type" in node else "@type"
    value = node.get(key)
    if value is None:
        return ()
    items = value if isinstance(value, list) else (value,)
    for item in items:
        if not isinstance(item, str):
            raise VocabError(f"must be a text, not {_name_of(item)}", path=f".{key}")
    return tuple(canonical(item) for item in items)


def _check_reference(item: object) -> str:
    if isinstance(item, str | dict):
        return ""
    return "must be an identifier or an object, not {found}"


def _check_page(item: object) -> str:
    if complaint := _check_reference(item):
        return complaint
    types = types_of(item) if isinstance(item, dict) else ()
    if types and not any(name in PAGE_TYPES or name in LINK_TYPES or ":" in name for name in types):
        return "must be a page of the collection or a link to one"
    return ""


def _check_text(item: object) -> str:
    if isinstance(item, str) or (isinstance(item, dict) and "@value" in item):
        return ""
    if isinstance(item, dict):
        return "translations belong into the property whose name ends in Map"
    return "must be a text, not {found}"


def _check_string(item: object) -> str:
    return "" if isinstance(item, str | dict) else "must be a text, not {found}"


def _check_date(item: object) -> str:
    if isinstance(item, str) and times.read_datetime(item):
        return ""
    return "must be a date and time such as 2026-04-01T09:00:00Z"


def _check_duration(item: object) -> str:
    if isinstance(item, str) and times.read_duration(item):
        return ""
    return "must be a duration such as PT1H30M"


def _check_number(item: object) -> str:
    if isinstance(item, bool):
        return "must be a number, not {found}"
    if isinstance(item, int | float) or (isinstance(item, str) and _NUMBER.fullmatch(item)):
        return ""
    return "must be a number, not {found}"


def _check_count(item: object) -> str:
    if complaint := _check_number(item):
        return complaint
    return "must not be negative" if str(item).startswith("-") else ""


def _check_language(item: object) -> str:
    if isinstance(item, str) and languages.is_tag(item):
        return ""
    return "must be a language tag such as ja or pt-BR"


_CHECKS: Final[Mapping[Kind, Callable[[object], str]]] = {
    Kind.REFERENCE: _check_reference,
    Kind.PAGE: _check_page,
    Kind.TEXT: _check_text,
    Kind.STRING: _check_string,
    Kind.DATE: _check_date,
    Kind.DURATION: _check_duration,
    Kind.NUMBER: _check_number,
    Kind.COUNT: _check_count,
    Kind.LANGUAGE: _check_language,
}
_STRUCTURED: Final = frozenset({Kind.REFERENCE, Kind.PAGE, Kind.URL, Kind.FREE})

_JSON_NAMES: Final = {
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    tuple: "a list",
    dict: "an object",
}


def _name_of(value: object) -> str:
    return "null" if value is None else _JSON_NAMES.get(type(value), type(value).__name__)
