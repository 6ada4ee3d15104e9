"""RFC 9421 by the library `http-message-signatures`; what it finds wrong is a SignatureError."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import http_sf
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    MappingKeyResolver,
    algorithms,
)

from enishi.hub.protocol.errors import SignatureError
from enishi.hub.protocol.keys import PrivateKey, PublicKey
from enishi.hub.protocol.messages import Message

LABEL = "sig1"
_ALONE = re.compile(r"([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]+={0,2}):")
"""A header with one signature, which nearly all are."""
_POST = ("@method", "@target-uri", "content-digest", "content-type", "date", "host")
_GET = ("@method", "@target-uri", "date", "host")
_RSA: dict[str, type[algorithms.HTTPSignatureAlgorithm]] = {
    "": algorithms.RSA_V1_5_SHA256,
    "rsa-v1_5-sha256": algorithms.RSA_V1_5_SHA256,
    "rsa-pss-sha512": algorithms.RSA_PSS_SHA512,
}


@dataclass(frozen=True, slots=True)
class Found:
    """The parameters of the signature that is going to be checked."""

    label: str
    key_id: str
    signature: str
    algorithm: str
    covered: tuple[str, ...]
    created: int | None
    expires: int | None


def sign(message: Message, *, key: PrivateKey, key_id: str, now: datetime) -> dict[str, str]:
    """The headers `Signature-Input` and `Signature` for a message with all other headers."""
    kind = algorithms.RSA_V1_5_SHA256 if isinstance(key, rsa.RSAPrivateKey) else algorithms.ED25519
    signer = HTTPMessageSigner(
        signature_algorithm=kind,
        key_resolver=MappingKeyResolver(public_keys={}, private_keys={key_id: key}),
    )
    shown = _shown(message)
    wanted = _POST if message.method == "POST" else _GET
    signer.sign(
        shown,
        key_id=key_id,
        created=now,
        label=LABEL,
        covered_component_ids=[
            name for name in wanted if name.startswith("@") or name in message.headers
        ],
        use_existing_digest=message.method == "POST",
    )
    made = {name.lower(): value for name, value in shown.headers.items()}
    return {name: made[name] for name in ("signature-input", "signature")}


def read(message: Message) -> Found:
    """The first signature that names its key."""
    try:
        inputs: Any = http_sf.parse(
            message.headers["signature-input"].encode(), tltype="dictionary"
        )
        signatures = _signatures(message.headers["signature"])
    except (ValueError, http_sf.StructuredFieldError) as error:
        raise SignatureError("signature", "the headers cannot be read") from error
    for label, (covered, parameters) in inputs.items():
        if label in signatures and isinstance(covered, list) and parameters.get("keyid"):
            return _found(label, covered, parameters, signatures[label])
    raise SignatureError("signature", "no signature names its key")


def _signatures(header: str) -> dict[str, Any]:
    """The signatures by their labels. Raises ValueError."""
    if alone := _ALONE.fullmatch(header):
        return {alone[1]: base64.b64decode(alone[2], validate=True)}
    parsed: Any = http_sf.parse(header.encode(), tltype="dictionary")
    return {label: value for label, (value, _parameters) in parsed.items()}


def _found(label: str, covered: list[Any], parameters: Any, signature: object) -> Found:
    if not isinstance(signature, bytes):
        raise SignatureError("signature", "the signature is not binary")
    return Found(
        label=label,
        key_id=str(parameters["keyid"]),
        signature=signature.hex(),
        algorithm=str(parameters.get("alg", "")),
        # what is signed of another message, or only as a part, does not count as signed
        covered=tuple(str(name) for name, options in covered if not options),
        created=_integer(parameters.get("created")),
        expires=_integer(parameters.get("expires")),
    )


def _integer(value: object) -> int | None:
    return value if isinstance(value, int) else None


def verify(message: Message, *, key: PublicKey, label: str, algorithm: str = "") -> None:
    """Check the signature with this label. Raises SignatureError."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        kind: type[algorithms.HTTPSignatureAlgorithm] | None = algorithms.ED25519
    else:
        kind = _RSA.get(algorithm)
    if kind is None:
        raise SignatureError("signature", f"unknown algorithm {algorithm}")
    alone = _only(message, label)
    verifier = HTTPMessageVerifier(
        signature_algorithm=kind, key_resolver=_AnyName(public_keys={}, private_keys={}, key=key)
    )
    try:
        verifier.verify(_shown(alone), max_age=None)
    except (HTTPMessageSignaturesException, ValueError, KeyError) as error:
        raise SignatureError("signature", str(error)) from error


class _AnyName(MappingKeyResolver):
    """Answers with the one key that was found for the key id beforehand."""

    def __init__(self, *, key: PublicKey, **rest: Any) -> None:
        super().__init__(**rest)
        self._key = key

    def resolve_public_key(self, key_id: str) -> PublicKey:  # noqa: ARG002 - it was looked up
        return self._key


def _only(message: Message, label: str) -> Message:
    """The message with one signature: others are none of our business."""
    if message.headers["signature-input"].count("=(") == 1:
        return message
    headers = dict(message.headers)
    for name in ("signature-input", "signature"):
        parsed: Any = http_sf.parse(headers[name].encode(), tltype="dictionary")
        headers[name] = http_sf.ser({label: parsed[label]})
    return Message(message.method, message.url, headers, message.body)


def _shown(message: Message) -> Any:
    return SimpleNamespace(method=message.method, url=message.url, headers=dict(message.headers))
