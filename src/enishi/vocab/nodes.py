"""`Node`: one ActivityStreams object, kept exactly as it was written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NoReturn, Self, final
from uuid import UUID

from enishi.vocab import languages, times
from enishi.vocab.checks import MAX_BYTES, Reader, types_of
from enishi.vocab.errors import VocabError
from enishi.vocab.terms import BASE_TYPES, canonical, is_known, spellings


@final
class Node:
    """An immutable ActivityStreams value. Made by `parse` and `build` only.

    Two nodes are equal when their documents are the same JSON (the order of keys is free,
    the order of lists is not).
    """

    __slots__ = ("_data", "_text")
    _data: Mapping[str, Any]
    _text: str | None

    def __new__(cls) -> Self:
        raise TypeError("use vocab.parse or vocab.build")

    @classmethod
    def trusted(cls, data: Mapping[str, Any]) -> Node:
        """Wrap a document that `parse` once checked and nobody else holds (rows of the log)."""
        node = object.__new__(cls)
        object.__setattr__(node, "_data", data)
        object.__setattr__(node, "_text", None)
        return node

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a Node cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a Node cannot be changed")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Node):
            return NotImplemented
        return self._canonical() == other._canonical()

    def __hash__(self) -> int:
        return hash(self._canonical())

    def __repr__(self) -> str:
        return f"Node({self.type or '?'} {self.id or ''})".replace(" )", ")")

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self.json(),)

    def __contains__(self, name: str) -> bool:
        return self._find(name) is not None

    def _canonical(self) -> str:
        if self._text is not None:
            return self._text
        text = json.dumps(self._data, sort_keys=True, ensure_ascii=False)
        object.__setattr__(self, "_text", text)
        return text

    def _find(self, name: str) -> Any:
        if (plain := self._data.get(name)) is not None:
            return plain
        for spelling in spellings(name):
            if (value := self._data.get(spelling)) is not None:
                return value
        return None

    @property
    def types(self) -> tuple[str, ...]:
        """Every type, in short spelling, as written."""
        return types_of(self._data)

    @property
    def type(self) -> str:
        """The type that says most: a known specific one, else a known base, else the first."""
        types = self.types
        known = [name for name in types if is_known(name)]
        specific = [name for name in known if name not in BASE_TYPES]
        return next(iter([*specific, *known, *types]), "")

    def is_a(self, *names: str) -> bool:
        """Whether one of the types is among the names."""
        return not set(names).isdisjoint(self.types)

    @property
    def id(self) -> str:
        """The identifier, or an empty string."""
        return str(self._data.get("id") or self._data.get("@id") or "")

    def json(self) -> dict[str, Any]:
        """The document as it was written; the caller's to change."""
        copied: dict[str, Any] = _thaw(self._data)
        return copied

    def raw(self, name: str) -> Any:
        """The JSON value of a property (a copy), or None: for numbers and foreign structures."""
        return _thaw(self._find(name))

    def all(self, name: str) -> tuple[Node | str, ...]:
        """The objects and texts of a property; one value counts as a list of one."""
        value = self._find(name)
        items = value if isinstance(value, list) else [value]
        return tuple(
            Node.trusted(item) if isinstance(item, dict) else item
            for item in items
            if isinstance(item, dict | str)
        )

    def get(self, name: str) -> Node | str | None:
        """The first object or text of a property."""
        value = self._find(name)
        if isinstance(value, str):
            return value
        return next(iter(self.all(name)), None) if value is not None else None

    def node(self, name: str) -> Node | None:
        """The first object of a property, passing over bare identifiers."""
        return next((item for item in self.all(name) if isinstance(item, Node)), None)

    def ref(self, name: str) -> str:
        """The identifier or address that a property leads to, however it is written."""
        value = self.get(name)
        if isinstance(value, Node):
            return value.id or value.ref("href") or value.ref("url")
        return value or ""

    def text(self, name: str, language: str | None = None) -> str:
        """A text, in the wished language if the document has it; else an empty string."""
        translations = self._find(f"{name}Map")
        if language and isinstance(translations, dict):
            chosen = languages.choose(translations, language)
            if chosen is not None:
                return _first_text(chosen)
        plain = self._find(name)
        if plain is None and isinstance(translations, dict):
            plain = next(iter(translations.values()), None)
        return _first_text(plain)

    def when(self, name: str) -> datetime | None:
        """A time, aware and in UTC; None when there is none that can be read."""
        value = self.get(name)
        return times.read_datetime(value) if isinstance(value, str) else None

    def duration(self, name: str) -> times.Duration | None:
        """An xsd:duration; None when there is none."""
        value = self.get(name)
        return times.read_duration(value) if isinstance(value, str) else None

    def number(self, name: str) -> float | None:
        """A number, also one written as text; None when there is none."""
        value = self._find(name)
        try:
            return float(value)
        except (TypeError, ValueError, OverflowError):
            return None

    def replace(self, **properties: object) -> Node:
        """The same node with some properties set; None takes one away."""
        document = dict(self._data)
        for key, value in properties.items():
            document.pop(_camel(key), None)
            if value is not None:
                document[_camel(key)] = _write(value)
        return parse(document)


def _restore(document: dict[str, Any]) -> Node:
    return Node.trusted(document)


def _first_text(value: object) -> str:
    if isinstance(value, list):
        value = next(iter(value), None)
    if isinstance(value, dict):
        value = value.get("@value")
    return value if isinstance(value, str) else ""


def _thaw(value: Any) -> Any:
    """A copy of JSON: the containers are new."""
    if isinstance(value, dict):
        return {key: _thaw(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_thaw(item) for item in value]
    return value


def parse(document: Mapping[str, Any] | str | bytes, *, allow_relative: bool = False) -> Node:
    """Read a document: a JSON object, or its text.

    `allow_relative` admits relative addresses, as archives have them. Raises VocabError with
    the path of what is wrong; nothing is mended or dropped.
    """
    source: object = document
    if isinstance(document, str | bytes | bytearray):
        source = _load(document)
    return Node.trusted(Reader(allow_relative=allow_relative).document(source))


def _load(text: str | bytes | bytearray) -> object:
    if len(text) > MAX_BYTES:
        raise VocabError(f"the document is larger than {MAX_BYTES // 1024 // 1024} MB")
    try:
        return json.loads(
            text, strict=False, parse_constant=_refuse_constant, object_pairs_hook=_unique
        )
    except VocabError:
        raise
    except UnicodeDecodeError as error:
        raise VocabError("the text is not in UTF-8") from error
    except RecursionError as error:
        raise VocabError("nested too deeply") from error
    except ValueError as error:
        raise VocabError(f"this is not JSON ({error})") from error


def _refuse_constant(name: str) -> NoReturn:
    raise VocabError(f"{name} is not a JSON number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise VocabError("an object has the same key twice")
    return result


def build(types: str | Sequence[str], *, id: str | None = None, **properties: object) -> Node:  # noqa: A002 - the word of the vocabulary
    """Write a node: `build("Note", content="…", published=now, in_reply_to=other)`.

    Names turn from snake_case to camelCase, times and nodes are written out, None is left
    out. Names with a prefix go in a mapping: `**{"enishi:reference": {...}}`.
    """
    document: dict[str, Any] = {"type": types if isinstance(types, str) else list(types)}
    if id is not None:
        document["id"] = id
    for name, value in properties.items():
        if value is not None:
            document[_camel(name)] = _write(value)
    return parse(document)


def _camel(name: str) -> str:
    if ":" in name or name.startswith("@"):
        return name
    head, *rest = name.split("_")
    return canonical(head + "".join(word[:1].upper() + word[1:] for word in rest))


def _write(value: object) -> Any:
    if isinstance(value, Mapping):
        return {key: _write(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple | set | frozenset):
        return [_write(item) for item in value]
    return _write_one(value)


def _write_one(value: object) -> Any:
    if isinstance(value, Node):
        return value.json()
    if isinstance(value, datetime):
        return times.write_datetime(value)
    if isinstance(value, timedelta):
        return str(times.Duration(value))
    return str(value) if isinstance(value, UUID | times.Duration) else value
