"""Reading documents of other servers without ever loading a context.

The fediverse writes AS2 compacted: plain names mean what the AS2 context says. So contexts
are not processed; they are looked at, and a document whose context would give one of the
names that we act upon another meaning is refused. What some libraries write in long form
(`as:actor`, whole addresses, `@value`) is brought to the short form by a table of our own.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NoReturn

from enishi.hub.protocol.errors import RefusedError
from enishi.vocab import Node, VocabError, parse

MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 24
MAX_VALUES: Final = 20_000

AS2: Final = "https://www.w3.org/ns/activitystreams"
_CONTEXTS: Final = (AS2, AS2.replace("https", "http"), f"{AS2}#", f"{AS2}.jsonld")
_PREFIXES: Final = {
    "as:": "",
    f"{AS2}#": "",
    "http://www.w3.org/ns/activitystreams#": "",
    "http://joinmastodon.org/ns#": "",
    "toot:": "",
    "https://misskey-hub.net/ns#": "",
    "misskey:": "",
    "http://litepub.social/ns#": "",
    "litepub:": "",
    "https://w3id.org/security#": "",
    "sec:": "",
    "ldp:": "",
    "http://www.w3.org/ns/ldp#": "",
}
_KEYWORDS: Final = {"@id": "id", "@type": "type"}
_FORBIDDEN: Final = frozenset(
    {"@graph", "@reverse", "@included", "@nest", "@base", "@import", "@propagate", "@index"}
)
_ACTED_UPON: Final = frozenset(
    {
        "id",
        "type",
        "actor",
        "object",
        "target",
        "attributedTo",
        "inReplyTo",
        "to",
        "cc",
        "bto",
        "bcc",
        "audience",
        "content",
        "summary",
        "name",
        "url",
        "href",
        "tag",
        "attachment",
        "published",
        "updated",
        "inbox",
        "outbox",
        "followers",
        "following",
        "endpoints",
        "sharedInbox",
        "publicKey",
        "publicKeyPem",
        "owner",
        "preferredUsername",
        "movedTo",
        "alsoKnownAs",
        "quoteUrl",
    }
)
_HOMES: Final = (
    "as:",
    f"{AS2}#",
    "ldp:",
    "http://www.w3.org/ns/ldp#",
    "sec:",
    "https://w3id.org/security#",
    "https://w3id.org/security/v1#",
    "@id",
    "@type",
    "https://www.w3.org/ns/activitystreams#",
    "http://www.w3.org/ns/activitystreams#",
)


def read(body: bytes) -> Node:
    """A document as a value. Raises RefusedError for what is too big, too deep or a trick."""
    if len(body) > MAX_BYTES:
        raise RefusedError("oversized", f"{len(body)} bytes")
    _check_depth(body)
    try:
        found = json.loads(
            body.decode(),
            parse_constant=_no_constant,
            parse_float=_finite,
            object_pairs_hook=_unique,
        )
    except RefusedError:
        raise
    except (ValueError, RecursionError) as error:
        raise RefusedError("malformed", str(error)[:200]) from error
    if not isinstance(found, dict):
        raise RefusedError("malformed", "the document is no object")
    if _ESCAPED_UNSOUND.search(body) and any(map(_UNSOUND.search, _strings(found))):
        raise RefusedError("malformed", "a text has what is no character")
    return normalised(found)


def normalised(document: Mapping[str, Any]) -> Node:
    """A document that was read already, in short form and checked."""
    check_context(document.get("@context", AS2))
    counter = [0]
    short = _types(_short(document, 0, counter))
    try:
        return parse(short)
    except VocabError as error:
        raise RefusedError("malformed", str(error)[:200]) from error


def check_context(context: object) -> None:
    """Refuse a context without AS2, and one that gives our names another meaning."""
    entries = context if isinstance(context, list) else [context]
    names = [entry for entry in entries if isinstance(entry, str)]
    if not any(name.rstrip("#") in _CONTEXTS or name in _CONTEXTS for name in names):
        raise RefusedError("context", "it is not that of ActivityStreams")
    for entry in entries:
        if isinstance(entry, dict):
            _check_terms(entry)
        elif not isinstance(entry, str):
            raise RefusedError("context", "it is neither an address nor terms")


def _check_terms(terms: Mapping[str, Any]) -> None:
    for term, meaning in terms.items():
        if term in _FORBIDDEN or (term == "@vocab" and meaning != "_:"):
            raise RefusedError("context", f"{term} is not allowed")
        if term == "as" and str(meaning) not in (f"{AS2}#", AS2):
            raise RefusedError("context", "the prefix as: is bent")
        if term in _ACTED_UPON and not _is_at_home(term, meaning):
            raise RefusedError("context", f"{term} is given another meaning")
        if isinstance(meaning, str) and meaning in {"@id", "@type"} and not _is_alias(term):
            raise RefusedError("context", f"{term} stands for {meaning}")
        if isinstance(meaning, dict) and ("@context" in meaning or "@reverse" in meaning):
            raise RefusedError("context", f"{term} brings a context of its own")


def _is_alias(term: str) -> bool:
    return term in {"id", "type", "@id", "@type"}


def _is_at_home(term: str, meaning: object) -> bool:
    if isinstance(meaning, dict):
        meaning = meaning.get("@id", term)
    if not isinstance(meaning, str):
        return False
    if meaning in {f"@{term}", term}:
        return True
    return meaning.startswith(_HOMES) and meaning.rsplit("#")[-1].rpartition(":")[2] == term


def _short(value: Mapping[str, Any], depth: int, counter: list[int]) -> dict[str, Any]:
    if depth > MAX_DEPTH:
        raise RefusedError("malformed", "nested too deeply")
    found: dict[str, Any] = {}
    for key, inner in value.items():
        if key in _FORBIDDEN:
            raise RefusedError("context", f"{key} is not allowed")
        if key == "@context":
            if depth:
                check_context(_with_home(inner))
            continue
        name = _name(key)
        if name in found:
            raise RefusedError("malformed", f"{name} is told twice")
        found[name] = _value(inner, depth + 1, counter)
    return found


def _with_home(context: object) -> list[Any]:
    """An inner context adds to the outer one."""
    return [AS2, *(context if isinstance(context, list) else [context])]


_SHORT_NAME: Final = 64
"""So long are the names whose short forms are remembered."""


def _name(key: str) -> str:
    return _known_name(key) if len(key) <= _SHORT_NAME else _known_name.__wrapped__(key)


@lru_cache(maxsize=2048)
def _known_name(key: str) -> str:
    if key in _KEYWORDS:
        return _KEYWORDS[key]
    for prefix, instead in _PREFIXES.items():
        if key.startswith(prefix):
            return instead + key[len(prefix) :]
    return key


def _value(value: Any, depth: int, counter: list[int]) -> Any:
    counter[0] += 1
    if counter[0] > MAX_VALUES:
        raise RefusedError("oversized", "too many values")
    if isinstance(value, list):
        if depth > MAX_DEPTH:
            raise RefusedError("malformed", "nested too deeply")
        return [_value(item, depth + 1, counter) for item in value]
    if not isinstance(value, dict):
        return value
    for wrapper in ("@value", "@list", "@set"):
        if wrapper in value:
            return _value(value[wrapper], depth + 1, counter)
    return _types(_short(value, depth, counter))


def _types(document: dict[str, Any]) -> dict[str, Any]:
    kind = document.get("type")
    if isinstance(kind, str):
        document["type"] = _name(kind)
    elif isinstance(kind, list):
        document["type"] = [_name(one) if isinstance(one, str) else one for one in kind]
    return document


def _check_depth(body: bytes) -> None:
    """Count brackets outside of strings before anything is parsed."""
    depth = 0
    for token in _STRUCTURE.finditer(body):
        first = token[0][:1]
        if first in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise RefusedError("malformed", "nested too deeply")
        elif first in b"]}":
            depth -= 1


# A text that never ends is taken to the end at once: looking again from each of its quotes
# would take time by the square of its length.
_STRUCTURE = re.compile(rb'"(?:[^"\\]++|\\.?)*+(?:"|\Z)|[\[\]{}]', re.DOTALL)
_UNSOUND = re.compile(r"[\x00\ud800-\udfff]")
_ESCAPED_UNSOUND = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


def _no_constant(name: str) -> NoReturn:
    raise RefusedError("malformed", f"{name} is no number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise RefusedError("malformed", f"{text[:40]} is no number that can be kept")
    return number


def _strings(value: object) -> Iterator[str]:
    """Every text in a document, names too."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, dict):
            waiting += [*found.keys(), *found.values()]
        elif isinstance(found, list):
            waiting += found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise RefusedError("malformed", "a key is told twice")
    return found
