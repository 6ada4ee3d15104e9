"""The published description of the Mastodon API, where a copy of it lies beside the clone.

Its place is `ENISHI_SPECS` or `../shared/specs`; without it these checks are skipped.
"""

from __future__ import annotations

import json
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.lab.mastodon_fake.api import Asked, Reply

Json = dict[str, Any]

_ROOT = Path(__file__).resolve().parents[3]
_URI = "urn:mastodon"
# What servers have taken since the beginning and still take, unlike the description.
_AS_TEXT = {"/api/v1/apps": {"redirect_uris"}}
_FOR_BROWSERS = "/oauth/authorize"
_SPELT = {"media_attributes": "media_attributes[]"}
_OPTIONAL = {"/oauth/token": {"code", "redirect_uri"}}


def place() -> Path:
    folder = os.environ.get("ENISHI_SPECS")
    return (Path(folder) if folder else _ROOT.parent / "shared" / "specs") / "mastodon.json"


@lru_cache(maxsize=1)
def _document() -> Json:
    # Its alternatives overlap: a status with words and files is a TextStatus and a MediaStatus.
    return dict(json.loads(place().read_text().replace('"oneOf"', '"anyOf"')))


def require() -> Spec:
    """The description, or a skipped test."""
    if not place().exists():
        pytest.skip("the published description is not here")
    return Spec(_document())


class Spec:
    """Checks requests and answers against the description."""

    def __init__(self, document: Json) -> None:
        self._document = document
        resource = DRAFT202012.create_resource(document)
        self._registry: Registry = Registry().with_resource(_URI, resource)

    def problems(self, asked: Asked, reply: Reply) -> list[str]:
        path, operation = self._operation(asked)
        if asked.path == _FOR_BROWSERS and asked.method == "POST":
            return []
        if not operation:
            return [f"{asked.method} {asked.path} is not described"]
        return [
            *self._parameters(asked, operation),
            *self._body(asked, path, operation),
            *self._answer(reply, path, operation),
        ]

    def _operation(self, asked: Asked) -> tuple[str, Json]:
        exact = sorted(self._document["paths"], key=lambda path: path.count("{"))
        for path in exact:
            pattern = re.sub(r"\{[^}]+\}", "[^/]+", path)
            if re.fullmatch(pattern, asked.path):
                return path, self._document["paths"][path].get(asked.method.lower(), {})
        return "", {}

    def _parameters(self, asked: Asked, operation: Json) -> list[str]:
        known = {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}
        given = {name.removesuffix("[]") for name in asked.query}
        return [f"{asked.method} {asked.path}: unknown query {name}" for name in given - known]

    def _body(self, asked: Asked, path: str, operation: Json) -> list[str]:
        content = operation.get("requestBody", {}).get("content", {})
        if not content or not asked.content:
            return []
        body = asked.body
        kind = next(iter(content))
        pointer = f"{_pointer(path, asked)}/requestBody/content/{_escaped(kind)}/schema"
        checked = {
            name: value
            for name, value in body.items()
            if name not in _AS_TEXT.get(path, set()) and not isinstance(value, bytes)
        }
        skipped = _AS_TEXT.get(path, set()) | _OPTIONAL.get(path, set()) | {"file"}
        found = [f"unknown field {name}" for name in body if self._unknown(pointer, name)]
        found += [
            error.message
            for error in self._errors(pointer, checked)
            if not any(f"'{name}'" in error.message for name in skipped)
        ]
        return [f"{asked.method} {path}: {one}" for one in found]

    def _unknown(self, pointer: str, name: str) -> bool:
        known = self._fields({"$ref": pointer})
        return not name.startswith("_") and _SPELT.get(name, name) not in known

    def _fields(self, schema: Json) -> set[str]:
        """The properties that a schema names, in whatever way it is put together."""
        if "$ref" in schema:
            reference = schema["$ref"].removeprefix(_URI).removeprefix("#")
            return self._fields(self._at(reference))
        found = set(schema.get("properties", {}))
        for way in ("allOf", "oneOf", "anyOf"):
            for part in schema.get(way, []):
                found |= self._fields(part)
        return found

    def _at(self, reference: str) -> Json:
        found: Any = self._document
        for step in reference.strip("/").split("/"):
            found = found[unquote(step).replace("~1", "/").replace("~0", "~")]
        return dict(found)

    def _answer(self, reply: Reply, path: str, operation: Json) -> list[str]:
        described = operation["responses"].get(str(reply.status))
        if described is None and reply.status == 206:
            return []
        if described is None:
            return [f"{path}: status {reply.status} is not described"]
        content = described.get("content", {}).get("application/json")
        if not content or isinstance(reply.data, str):
            return []
        method = self._method(path, operation)
        pointer = (
            f"{_URI}#/paths/{_escaped(path)}/{method}/responses/{reply.status}"
            "/content/application~1json/schema"
        )
        return [f"{path}: {error.message}" for error in self._errors(pointer, reply.data)]

    def _method(self, path: str, operation: Json) -> str:
        methods = self._document["paths"][path]
        return next(name for name, one in methods.items() if one is operation)

    def _errors(self, pointer: str, value: object) -> list[Any]:
        schema = {"$ref": pointer if pointer.startswith(_URI) else f"{_URI}{pointer}"}
        validator = Draft202012Validator(schema, registry=self._registry)
        return list(validator.iter_errors(value))


def _pointer(path: str, asked: Asked) -> str:
    return f"{_URI}#/paths/{_escaped(path)}/{asked.method.lower()}"


def _escaped(text: str) -> str:
    return text.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
