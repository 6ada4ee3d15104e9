"""Public and private keys as actors publish them: PEM, and Multikey (FEP-521a)."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from enishi.hub.protocol.errors import SignatureError

PublicKey: TypeAlias = rsa.RSAPublicKey | ed25519.Ed25519PublicKey
PrivateKey: TypeAlias = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey

RSA_BITS = 2048
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519 = b"\xed\x01"
_LONGEST = 10_000


def new_rsa() -> rsa.RSAPrivateKey:
    """A fresh RSA key, which every server of the fediverse understands."""
    return rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)


def new_ed25519() -> ed25519.Ed25519PrivateKey:
    """A fresh Ed25519 key."""
    return ed25519.Ed25519PrivateKey.generate()


def private_pem(key: PrivateKey) -> bytes:
    """A private key as it is stored (encrypted by the vault, not here)."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def read_private(pem: bytes) -> PrivateKey:
    """A stored private key."""
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey):
        raise SignatureError("key", "this kind of key is not used here")
    return key


def public_pem(key: PublicKey) -> str:
    """A public key as `publicKeyPem` has it."""
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def multibase(key: ed25519.Ed25519PublicKey) -> str:
    """A public Ed25519 key as `publicKeyMultibase` has it."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return "z" + _base58(_ED25519 + raw)


@lru_cache(maxsize=2000)
def read_public(text: str) -> PublicKey:
    """A public key that an actor published, in either notation; kept, for reading takes long."""
    if len(text) > _LONGEST:
        raise SignatureError("key", "the key is too long")
    if text.startswith("z"):
        return _from_multibase(text)
    try:
        key = serialization.load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SignatureError("key", "the public key cannot be read") from error
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < RSA_BITS:
        raise SignatureError("key", "the public key is of a kind that is not accepted")
    return key


def _from_multibase(text: str) -> PublicKey:
    raw = _unbase58(text[1:])
    if not raw.startswith(_ED25519):
        raise SignatureError("key", "only Ed25519 is read from Multikey")
    try:
        return ed25519.Ed25519PublicKey.from_public_bytes(raw[2:])
    except ValueError as error:
        raise SignatureError("key", "the Ed25519 key has a wrong length") from error


def _base58(raw: bytes) -> str:
    number, letters = int.from_bytes(raw, "big"), []
    while number:
        number, rest = divmod(number, 58)
        letters.append(_ALPHABET[rest])
    zeros = len(raw) - len(raw.lstrip(b"\0"))
    return "1" * zeros + "".join(reversed(letters))


def _unbase58(text: str) -> bytes:
    number = 0
    for letter in text:
        value = _ALPHABET.find(letter)
        if value < 0:
            raise SignatureError("key", "the key is not base58")
        number = number * 58 + value
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
