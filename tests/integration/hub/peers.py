"""Somebody on another server, for tests: signs like they do, without any network."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from enishi.hub.models import RemoteActor
from enishi.hub.protocol import keys, signatures
from enishi.hub.protocol.messages import Message
from enishi.hub.protocol.signatures import Scheme
from enishi.kernel import clock

CONTEXT = "https://www.w3.org/ns/activitystreams"
HOST = "https://peer.example"
_numbers = itertools.count(1)


@cache
def key(number: int = 0) -> Any:
    """An RSA key; making one takes a while, so that tests share them."""
    del number
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Peer:
    """An actor elsewhere whom we know already."""

    name: str = "alice"
    host: str = HOST
    private: Any = field(default_factory=key)

    @property
    def uri(self) -> str:
        return f"{self.host}/users/{self.name}"

    @property
    def key_id(self) -> str:
        return f"{self.uri}#main-key"

    def document(self, **more: Any) -> dict[str, Any]:
        """The actor document that its server gives."""
        return {
            "@context": [CONTEXT, "https://w3id.org/security/v1"],
            "id": self.uri,
            "type": "Person",
            "preferredUsername": self.name,
            "name": self.name.title(),
            "url": f"{self.host}/@{self.name}",
            "inbox": f"{self.uri}/inbox",
            "outbox": f"{self.uri}/outbox",
            "followers": f"{self.uri}/followers",
            "endpoints": {"sharedInbox": f"{self.host}/inbox"},
            "publicKey": {
                "id": self.key_id,
                "owner": self.uri,
                "publicKeyPem": keys.public_pem(self.private.public_key()),
            },
            **more,
        }

    def known(self, **more: Any) -> RemoteActor:
        """The row that we have of it."""
        now = clock.now()
        values = {
            "type": "Person",
            "handle": self.name,
            "name": self.name.title(),
            "host": urlsplit(self.host).netloc,
            "url": f"{self.host}/@{self.name}",
            "inbox": f"{self.uri}/inbox",
            "shared_inbox": f"{self.host}/inbox",
            "followers_uri": f"{self.uri}/followers",
            "keys": {self.key_id: keys.public_pem(self.private.public_key())},
            "fetched_at": now,
            "keys_fetched_at": now,
        }
        row, _ = RemoteActor.objects.update_or_create(uri=self.uri, defaults=values | more)
        return row

    def activity(self, kind: str, of: object, **more: Any) -> dict[str, Any]:
        return {
            "@context": CONTEXT,
            "id": f"{self.host}/activities/{next(_numbers)}",
            "type": kind,
            "actor": self.uri,
            "object": of,
            **more,
        }

    def note(self, content: str, **more: Any) -> dict[str, Any]:
        return {
            "id": f"{self.host}/notes/{next(_numbers)}",
            "type": "Note",
            "attributedTo": self.uri,
            "content": content,
            "to": [f"{CONTEXT}#Public"],
            "cc": [],
            "published": clock.now().isoformat(),
            **more,
        }

    def send(
        self,
        client: Client,
        activity: object,
        *,
        path: str = "/hub/inbox",
        scheme: Scheme = Scheme.CAVAGE,
        change: dict[str, str] | None = None,
        body: bytes | None = None,
    ) -> Any:
        """Post an activity, signed; `change` overwrites headers after signing."""
        content = json.dumps(activity).encode() if body is None else body
        headers = self.headers("POST", path, content, scheme=scheme) | (change or {})
        return client.post(
            path,
            data=content,
            content_type="application/activity+json",
            headers={name: value for name, value in headers.items() if name != "content-type"},
        )

    def headers(
        self, method: str, path: str, content: bytes = b"", *, scheme: Scheme = Scheme.CAVAGE
    ) -> dict[str, str]:
        message = Message(
            method,
            f"http://testserver{path}",
            {"content-type": "application/activity+json"} if method == "POST" else {},
            content,
        )
        return signatures.sign(
            message, key=self.private, key_id=self.key_id, scheme=scheme, now=clock.now()
        )
