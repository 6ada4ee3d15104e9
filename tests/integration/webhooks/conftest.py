"""A receiver such as a customer writes: a web server that checks signatures by the book.

It uses the standard library only and none of our code.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.integration.publishing.conftest import (  # noqa: F401 - fixtures of the town
    channel,
    home,
    make_channel,
    make_post,
    only_delivery,
    town,
)

TOLERANCE = 10 * 24 * 3600
"""Five minutes for everybody else: these tests move the clock."""


def verify(secret: str, headers: Any, body: bytes) -> bool:
    """What docs/how-to/receive-webhooks.md tells receivers to do."""
    identifier, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
    if abs(time.time() - int(timestamp)) > TOLERANCE:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{identifier}.{timestamp}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = [part.partition(",") for part in headers["webhook-signature"].split(" ")]
    return any(
        version == "v1" and hmac.compare_digest(expected, value) for version, _comma, value in given
    )


@dataclass
class Receiver:
    """What the receiver heard; `answers` are used up one by one, the last one stays."""

    url: str = ""
    secret: str = ""
    answers: list[int] = field(default_factory=lambda: [204])
    heard: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    refused: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    def take(self, headers: Any, body: bytes) -> int:
        if not verify(self.secret, headers, body):
            self.refused += 1
            return 401
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.ids.append(headers["webhook-id"])
        if status < 300:
            self.heard.append(json.loads(body))
        return status

    @property
    def types(self) -> list[str]:
        return [item["type"] for item in self.heard]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A running receiver on this machine."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = found.take(self.headers, body)
            answer = b"" if status == 204 else b"no thanks"
            self.send_response(status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}/enishi"
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
