"""Signatures by the Standard Webhooks specification, version 1.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence

PREFIX = "whsec_"
_BYTES = 32
_SHORTEST, _LONGEST = 24, 64


def new_secret() -> str:
    """A fresh secret as it is shown, once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """The bytes that a secret stands for. Raises ValueError when it is none."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("the secret is not base64") from error
    if not secret.startswith(PREFIX) or not _SHORTEST <= len(key) <= _LONGEST:
        raise ValueError("the secret is whsec_ and 24 to 64 bytes in base64")
    return key


def signature(secret: str, *, identifier: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 of `identifier.timestamp.body`, in base64."""
    signed = f"{identifier}.{timestamp}.".encode() + body
    digest = hmac.new(key_of(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def headers(
    valid: Sequence[str], *, identifier: str, timestamp: int, body: bytes
) -> dict[str, str]:
    """The three headers. While a secret is being replaced, both sign, the new one first."""
    signed = [
        signature(secret, identifier=identifier, timestamp=timestamp, body=body) for secret in valid
    ]
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signed),
    }
