"""HTTP signatures in the two dialects of the fediverse, made and checked.

`cavage`   draft-cavage-http-signatures-12 with rsa-sha256, which everybody understands
`rfc9421`  HTTP Message Signatures, which newer servers prefer

Whoever sends tries the newer one first and falls back ("double knock"). Whoever checks first
reads what a request claims (`read`), finds the public key of the key id, then verifies.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from enishi.hub.protocol import rfc9421
from enishi.hub.protocol.errors import SignatureError
from enishi.hub.protocol.keys import PrivateKey, PublicKey
from enishi.hub.protocol.messages import (
    Message,
    check_content_digest,
    check_digest,
    content_digest,
    digest,
    host_of,
)

OLDEST = timedelta(hours=12)
"""How old a signature may be: queues of other servers are long at times."""
AHEAD = timedelta(hours=1)
"""How far the other clock may be ahead."""
_PARAMETER = re.compile(r'\s*([A-Za-z]+)=(?:"([^"]*)"|(\d+))\s*(?:,|$)')
_LONGEST = 4_000


class Scheme(StrEnum):
    """A dialect of HTTP signatures."""

    CAVAGE = "cavage"
    RFC9421 = "rfc9421"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says of its signature; nothing of it is proven yet."""

    scheme: Scheme
    key_id: str
    signature: str
    algorithm: str = ""
    covered: tuple[str, ...] = ()
    created: datetime | None = None
    expires: datetime | None = None
    label: str = ""

    @property
    def fingerprint(self) -> str:
        """Short and the same for the same signature: how a replay is known."""
        return hashlib.sha256(self.signature.encode()).hexdigest()


# ── signing ──


def sign(
    message: Message, *, key: PrivateKey, key_id: str, scheme: Scheme, now: datetime
) -> dict[str, str]:
    """The headers to send: date, host, digest and signature."""
    headers = {
        **message.headers,
        "host": host_of(message.url),
        "date": format_datetime(now.astimezone(UTC), usegmt=True),
    }
    if scheme is Scheme.RFC9421:
        if message.method == "POST":
            headers["content-digest"] = content_digest(message.body)
        signed = Message(message.method, message.url, headers, message.body)
        return headers | rfc9421.sign(signed, key=key, key_id=key_id, now=now)
    if message.method == "POST":
        headers["digest"] = digest(message.body)
    return headers | {"signature": _sign_cavage(message, headers, key, key_id)}


def _sign_cavage(message: Message, headers: Mapping[str, str], key: PrivateKey, key_id: str) -> str:
    names = ["(request-target)", "host", "date"]
    names += [name for name in ("digest", "content-type") if name in headers]
    base = _base(Message(message.method, message.url, headers), names)
    if isinstance(key, rsa.RSAPrivateKey):
        made, algorithm = key.sign(base, padding.PKCS1v15(), hashes.SHA256()), "rsa-sha256"
    else:
        made, algorithm = key.sign(base), "hs2019"
    signature = base64.b64encode(made).decode()
    return (
        f'keyId="{key_id}",algorithm="{algorithm}",headers="{" ".join(names)}",'
        f'signature="{signature}"'
    )


# ── reading ──


def read(message: Message) -> Claim:
    """What the request claims. Raises SignatureError when it claims nothing that can be read."""
    header = message.headers.get("signature", "")
    if not header:
        raise SignatureError("unsigned")
    if len(header) > _LONGEST or len(message.headers.get("signature-input", "")) > _LONGEST:
        raise SignatureError("signature", "the header is too long")
    if "signature-input" in message.headers:
        found = rfc9421.read(message)
        return Claim(
            Scheme.RFC9421,
            found.key_id,
            found.signature,
            found.algorithm,
            found.covered,
            _moment(found.created),
            _moment(found.expires),
            found.label,
        )
    return _read_cavage(header)


def _read_cavage(header: str) -> Claim:
    found: dict[str, str] = {}
    for name, quoted, number in _PARAMETER.findall(header):
        if name in found:
            raise SignatureError("signature", f"{name} is told twice")
        found[name] = quoted or number
    if not found.get("keyId") or not found.get("signature"):
        raise SignatureError("signature", "there is no key or no signature")
    return Claim(
        Scheme.CAVAGE,
        found["keyId"],
        found["signature"],
        found.get("algorithm", "").lower(),
        tuple(found.get("headers", "date").lower().split()),
        _moment(_number(found.get("created"))),
        _moment(_number(found.get("expires"))),
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _moment(seconds: int | None) -> datetime | None:
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise SignatureError("date", "the time cannot be read") from error


# ── verifying ──


def verify(message: Message, claim: Claim, key: PublicKey, *, now: datetime) -> None:
    """Prove that the holder of `key` sent this very request now. Raises SignatureError.

    1. Enough of the request is covered: target, host and, with a body, its digest.
    2. It was signed within the window of time.
    3. The body is the one that was signed.
    4. The signature fits the key.
    """
    _check_coverage(message, claim)
    _check_time(message, claim, now)
    if message.method == "POST":
        _check_body(message, claim)
    if claim.scheme is Scheme.RFC9421:
        rfc9421.verify(message, key=key, label=claim.label, algorithm=claim.algorithm)
    else:
        _verify_cavage(message, claim, key)


def _check_coverage(message: Message, claim: Claim) -> None:
    covered = set(claim.covered)
    if claim.scheme is Scheme.CAVAGE:
        needed = {"(request-target)", "host"} | ({"digest"} if message.method == "POST" else set())
        missing = needed - covered
    else:
        missing = _missing_9421(message, covered)
    if missing:
        raise SignatureError("coverage", f"not signed: {', '.join(sorted(missing))}")


def _missing_9421(message: Message, covered: set[str]) -> set[str]:
    missing = {"@method"} - covered
    whole = "@target-uri" in covered
    target = covered & {"@path", "@request-target"} and covered & {"@authority", "host"}
    if not whole and not target:
        missing.add("@target-uri")
    if message.method == "POST" and "content-digest" not in covered:
        missing.add("content-digest")
    return missing


def _check_time(message: Message, claim: Claim, now: datetime) -> None:
    signed_at = _told_time(claim) or _date(message, claim)
    if claim.expires and claim.expires < now - AHEAD:
        raise SignatureError("date", "the signature has expired")
    if signed_at < now - OLDEST or signed_at > now + AHEAD:
        raise SignatureError("date", f"signed at {signed_at.isoformat()}")


def _told_time(claim: Claim) -> datetime | None:
    """When the signature says it was made: in the draft only what is signed itself counts."""
    if claim.scheme is Scheme.CAVAGE and "(created)" not in claim.covered:
        return None
    return claim.created


def _date(message: Message, claim: Claim) -> datetime:
    if "date" not in claim.covered or "date" not in message.headers:
        raise SignatureError("date", "the time of signing is not signed")
    try:
        found = parsedate_to_datetime(message.headers["date"])
    except (ValueError, TypeError, OverflowError) as error:
        raise SignatureError("date", "the time of signing cannot be read") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _check_body(message: Message, claim: Claim) -> None:
    if claim.scheme is Scheme.CAVAGE:
        check_digest(message.headers.get("digest", ""), message.body)
    else:
        check_content_digest(message.headers.get("content-digest", ""), message.body)


def _verify_cavage(message: Message, claim: Claim, key: PublicKey) -> None:
    base = _base(message, claim.covered, claim)
    try:
        signature = base64.b64decode(claim.signature, validate=True)
        if isinstance(key, rsa.RSAPublicKey):
            wide = claim.algorithm == "rsa-sha512"
            kind = hashes.SHA512() if wide else hashes.SHA256()
            key.verify(signature, base, padding.PKCS1v15(), kind)
        else:
            key.verify(signature, base)
    except (InvalidSignature, ValueError) as error:
        raise SignatureError("signature", "it does not fit the key") from error


def _base(
    message: Message, names: list[str] | tuple[str, ...], claim: Claim | None = None
) -> bytes:
    """The text that draft-cavage signs."""
    return "\n".join(f"{name}: {_part(message, name, claim)}" for name in names).encode()


def _part(message: Message, name: str, claim: Claim | None) -> str:
    if name == "(request-target)":
        return f"{message.method.lower()} {message.target}"
    if claim is not None and name in {"(created)", "(expires)"}:
        moment = claim.created if name == "(created)" else claim.expires
        if moment is None or claim.algorithm.startswith(("rsa", "hmac", "ecdsa")):
            raise SignatureError("signature", f"{name} is not allowed here")
        return str(int(moment.timestamp()))
    if name not in message.headers:
        raise SignatureError("signature", f"there is no header {name}")
    return message.headers[name].strip()
