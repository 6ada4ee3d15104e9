"""A request as signatures see it, and the digests of its body."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

import idna

from enishi.hub.protocol.errors import SignatureError

_KEPT = 500
"""So long are the addresses whose hosts are remembered."""
_NO_HOST = re.compile(r"[\x00-\x20\x7f\\%<>\"'^`{|}]")


@dataclass(frozen=True, slots=True)
class Message:
    """Method in capitals, absolute address, headers in small letters, body."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def with_headers(self, **more: str) -> Message:
        """The same with further headers; `content_digest` means `content-digest`."""
        added = {name.replace("_", "-"): value for name, value in more.items()}
        return Message(self.method, self.url, {**self.headers, **added}, self.body)

    @property
    def target(self) -> str:
        """Path and query, as the first line of the request has them."""
        parts = urlsplit(self.url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def host_of(url: str) -> str:
    """The authority of an address in small letters, with a port that is not the usual one.

    One spelling for each host: as the name service knows it (xn--…) and without a dot at its
    end, so that another spelling is no way around a block. Empty for what is no address.
    """
    return _host_of(url) if len(url) <= _KEPT else _host_of.__wrapped__(url)


@lru_cache(maxsize=4096)
def _host_of(url: str) -> str:
    try:
        parts = urlsplit(url)
        port, host = parts.port, _plain_host(parts.hostname or "")
    except ValueError:
        return ""
    if ":" in host:
        host = f"[{host}]"
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return f"{host}:{port}" if port and port != usual else host


def _plain_host(name: str) -> str:
    """A host name in ASCII. Raises ValueError (also as UnicodeError) when there is none."""
    if not name.isascii():
        name = idna.encode(name, uts46=True).decode()
    if _NO_HOST.search(name):
        raise ValueError(name)
    return name.lower().rstrip(".")


def same_host(one: str, other: str) -> bool:
    """Whether two addresses belong to the same server."""
    host = host_of(one)
    return bool(host) and host == host_of(other)


def digest(body: bytes) -> str:
    """The header `Digest` (RFC 3230), which goes with draft-cavage."""
    return "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode()


def content_digest(body: bytes) -> str:
    """The header `Content-Digest` (RFC 9530), which goes with RFC 9421."""
    return "sha-256=:" + base64.b64encode(hashlib.sha256(body).digest()).decode() + ":"


def check_digest(header: str, body: bytes) -> None:
    """Refuse a body that is not the one that `Digest` tells."""
    for part in header.split(","):
        name, _, value = part.strip().partition("=")
        if name.lower() == "sha-256":
            _compare(value, hashlib.sha256(body).digest())
            return
    raise SignatureError("digest", "there is no SHA-256 digest")


def check_content_digest(header: str, body: bytes) -> None:
    """Refuse a body that is not the one that `Content-Digest` tells."""
    for part in header.split(","):
        name, _, value = part.strip().partition("=")
        if name.lower() in _ALGORITHMS:
            _compare(value.strip().strip(":"), _ALGORITHMS[name.lower()](body).digest())
            return
    raise SignatureError("digest", "there is no sha-256 or sha-512 digest")


_ALGORITHMS = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}


def _compare(told: str, computed: bytes) -> None:
    try:
        given = base64.b64decode(told, validate=True)
    except ValueError as error:
        raise SignatureError("digest", "the digest is not base64") from error
    if not hmac.compare_digest(given, computed):
        raise SignatureError("digest", "the body is not the one that was signed")
