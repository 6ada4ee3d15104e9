"""Recordings: what a real server answered, without secrets, to be answered again.

A cassette is written while the conformance suite runs against a server that the tests start
themselves, and read when there is none. Requests are matched by method, path, query and JSON
body; equal requests get their answers in the order in which they were recorded.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from multidict import CIMultiDict

from enishi.channels.http.transport import Answer, Call, TooLargeError, Transport

RECORDINGS = Path(__file__).parent / "recordings"
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
_KEPT_HEADERS = ("content-type", "retry-after", "ratelimit-reset", "etag", "last-modified")
_SECRET_FIELDS = frozenset({"password"})


class Cassette:
    """The recording of one test."""

    def __init__(self, path: Path, notes: Mapping[str, str]) -> None:
        self.path = path
        self.notes = dict(notes)
        self.entries: list[dict[str, Any]] = []

    @classmethod
    def load(cls, path: Path) -> Cassette:
        document = json.loads(path.read_text())
        cassette = cls(path, document["notes"])
        cassette.entries = document["entries"]
        return cassette

    def save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        document = {"notes": self.notes, "entries": self.entries}
        self.path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


class Scrubber:
    """Takes out what is secret or differs from run to run."""

    def __init__(self, replacements: Mapping[str, str]) -> None:
        self._replacements = dict(replacements)

    def __call__(self, text: str) -> str:
        for old, new in self._replacements.items():
            text = text.replace(old, new)
        return _TOKEN.sub("scrubbed-token", text)


def _asked(call: Call, scrub: Scrubber) -> dict[str, Any]:
    """What identifies a request."""
    asked: dict[str, Any] = {
        "method": call.method,
        "path": call.url.path,
        "query": scrub(urlencode(list(call.url.query.items()))),
    }
    if "json" in call.headers.get("content-type", "") and call.content:
        body = json.loads(scrub(call.content.decode()))
        asked["body"] = {name: body[name] for name in body if name not in _SECRET_FIELDS}
    return asked


class Recorder:
    """Lets requests through and writes down what came back."""

    def __init__(self, cassette: Cassette, network: Transport, scrub: Scrubber) -> None:
        self._cassette = cassette
        self._network = network
        self._scrub = scrub

    async def exchange(self, call: Call, *, max_bytes: int) -> Answer:
        answer = await self._network.exchange(call, max_bytes=max_bytes)
        # The content is already decoded: the length and encoding of the wire do not hold.
        headers = {name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers}
        entry: dict[str, Any] = {
            "asked": _asked(call, self._scrub),
            "status": answer.status,
            "headers": headers,
        }
        try:
            entry["text"] = self._scrub(answer.content.decode())
        except UnicodeDecodeError:
            entry["base64"] = base64.b64encode(answer.content).decode()
        self._cassette.entries.append(entry)
        return Answer(answer.status, CIMultiDict(headers), answer.content)

    def messages(self, call: Call) -> AsyncIterator[str]:
        return self._network.messages(call)

    async def aclose(self) -> None:
        await self._network.aclose()


class Player:
    """Answers from a recording; a request that was never recorded is a failure."""

    def __init__(self, cassette: Cassette) -> None:
        self._left = list(cassette.entries)
        self._scrub = Scrubber({})

    async def exchange(self, call: Call, *, max_bytes: int) -> Answer:
        asked = _asked(call, self._scrub)
        for entry in self._left:
            if entry["asked"] == asked:
                self._left.remove(entry)
                return _answer(entry, max_bytes)
        raise AssertionError(f"not in the recording: {asked}")

    def messages(self, call: Call) -> AsyncIterator[str]:
        raise AssertionError(f"streams are not recorded: {call.url}")

    async def aclose(self) -> None:
        """Nothing is open."""


def _answer(entry: Mapping[str, Any], max_bytes: int) -> Answer:
    content = base64.b64decode(entry["base64"]) if "base64" in entry else entry["text"].encode()
    if len(content) > max_bytes:
        raise TooLargeError
    return Answer(entry["status"], CIMultiDict(entry["headers"]), content)
