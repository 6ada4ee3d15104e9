"""Record keys that follow from a delivery, so that it can be found again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from urllib.parse import urlsplit

POST = "app.bsky.feed.post"

_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
_CLOCK_BITS = 10
_MICROSECONDS = 1_000_000
_DIGITS = 13


def record_key(key: str, created_at: datetime, part: int = 0) -> str:
    """The key (a TID) of a part of a delivery; parts of a thread are microseconds apart.

    A delivery's own key is a TID as a rule and is taken as it is; from any other key a TID
    is drawn that begins with the second of `created_at`.
    """
    return _written((_number(key) or _drawn(key, created_at)) + (part << _CLOCK_BITS))


def next_key(rkey: str) -> str:
    """The key of the next part of a thread."""
    return _written(_number(rkey) + (1 << _CLOCK_BITS))


def _written(number: int) -> str:
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(_DIGITS)))


def _drawn(key: str, created_at: datetime) -> int:
    digest = int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big")
    clock = digest & ((1 << _CLOCK_BITS) - 1)
    microsecond = (digest >> _CLOCK_BITS) % _MICROSECONDS
    return (int(created_at.timestamp()) * _MICROSECONDS + microsecond) << _CLOCK_BITS | clock


def _number(key: str) -> int:
    """The number that a TID writes; 0 when the text is none."""
    if len(key) != _DIGITS or not set(key) <= set(_ALPHABET) or key[0] not in _ALPHABET[:16]:
        return 0
    number = 0
    for sign in key:
        number = number << 5 | _ALPHABET.index(sign)
    return number


def second_of(uri: str) -> int:
    """The second in which the key of a record was drawn; 0 when the key holds no time."""
    return (_number(uri.rpartition("/")[2]) >> _CLOCK_BITS) // _MICROSECONDS


@dataclass(frozen=True, slots=True)
class Address:
    """The address of a record: at://repository/collection/key."""

    repo: str
    collection: str
    rkey: str

    def __str__(self) -> str:
        return f"at://{self.repo}/{self.collection}/{self.rkey}"


def read_address(text: str) -> Address | None:
    """The record that an at:// address or the web address of a post names."""
    parts = urlsplit(text)
    steps = parts.path.strip("/").split("/")
    if parts.scheme == "at" and parts.netloc and len(steps) == 2:  # noqa: PLR2004 - collection, key
        return Address(parts.netloc, *steps)
    match steps:
        case ["profile", repo, "post", rkey] if parts.scheme == "https":
            return Address(repo, POST, rkey)
    return None


def web_url(uri: str, handle: str = "") -> str:
    """Where people see a post or an account; an empty string for anything else."""
    if uri.startswith("did:"):
        return f"https://bsky.app/profile/{handle or uri}"
    address = read_address(uri)
    if address is None or address.collection != POST:
        return ""
    return f"https://bsky.app/profile/{handle or address.repo}/post/{address.rkey}"
