"""The keys of our actors: made when first needed, stored encrypted, replaced on demand."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.db import IntegrityError, transaction

from enishi.channels import vault
from enishi.channels.contract import Secrets
from enishi.hub.models import HubActor, HubKey
from enishi.hub.protocol import keys
from enishi.hub.protocol.documents import KeyInfo
from enishi.hub.protocol.keys import PrivateKey
from enishi.kernel import clock

RSA, ED25519 = "rsa", "ed25519"
_FRAGMENTS = {RSA: "main-key", ED25519: "ed25519-key"}


def signing_key(actor: HubActor) -> HubKey:
    """The RSA key with which an actor signs now; every server understands that kind."""
    return present(actor)[RSA]


def present(actor: HubActor) -> dict[str, HubKey]:
    """The keys of an actor that count now, made if they are missing."""
    found = _present(actor)
    for algorithm in set(_FRAGMENTS) - set(found):
        try:
            with transaction.atomic():
                _make(actor, algorithm)
        except IntegrityError:
            """Somebody else was faster: theirs counts."""
    return found if len(found) == len(_FRAGMENTS) else _present(actor)


def _present(actor: HubActor) -> dict[str, HubKey]:
    return {key.algorithm: key for key in actor.keys.filter(retired_at=None)}


def _make(actor: HubActor, algorithm: str) -> HubKey:
    if algorithm == RSA:
        rsa = keys.new_rsa()
        private, public = keys.private_pem(rsa), keys.public_pem(rsa.public_key())
    else:
        edwards = keys.new_ed25519()
        private, public = keys.private_pem(edwards), keys.multibase(edwards.public_key())
    return HubKey.objects.create(
        actor=actor,
        algorithm=algorithm,
        key_id=f"{actor.uri}#{_FRAGMENTS[algorithm]}",
        public=public,
        private=vault.encrypt(Secrets({"pem": private.decode()})),
    )


@transaction.atomic
def rotate(actor: HubActor) -> HubKey:
    """Replace an actor's keys; returns the old signing key, with which to announce the new."""
    old = signing_key(actor)
    actor.keys.filter(retired_at=None).update(retired_at=clock.now())
    for algorithm in _FRAGMENTS:
        _make(actor, algorithm)
    return old


def shown(actor: HubActor) -> list[KeyInfo]:
    """The public keys as the actor's document tells them."""
    return [
        KeyInfo(key.key_id, pem=key.public)
        if key.algorithm == RSA
        else KeyInfo(key.key_id, multibase=key.public)
        for key in present(actor).values()
    ]


def private(key: HubKey) -> PrivateKey:
    """The private half, in clear; kept for a while because decrypting takes its time."""
    return _private(key.id, bytes(key.private))


@lru_cache(maxsize=256)
def _private(key_id: UUID, ciphertext: bytes) -> PrivateKey:  # noqa: ARG001 - the id tells keys apart
    return keys.read_private(vault.decrypt(ciphertext)["pem"].encode())
