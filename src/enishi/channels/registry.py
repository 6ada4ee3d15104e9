"""Which kinds of channels there are: found by looking, never by a list.

Every package below `enishi.adapters` is an adapter, and so is every package that another
distribution announces in the entry-point group `enishi.adapters`. An adapter's package holds
`manifest.toml` and a module `adapter` in which `ADAPTER` is its class.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from enishi.channels import manifest as manifests
from enishi.channels.contract import Adapter, Connection
from enishi.channels.manifest import Manifest, ManifestError
from enishi.kernel.errors import NotFoundError

logger = logging.getLogger(__name__)

PACKAGE = "enishi.adapters"
ENTRY_POINTS = "enishi.adapters"


@dataclass(frozen=True, slots=True)
class AdapterType:
    """A kind of channel: what it says of itself, and the class that does it."""

    manifest: Manifest
    factory: type[Adapter]
    folder: Path

    def open(self, connection: Connection) -> Adapter:
        """An adapter at work for one connection."""
        return self.factory(connection)


def load(package: ModuleType) -> AdapterType:
    """The adapter in a package."""
    folder = Path(str(package.__file__)).parent
    module = importlib.import_module(f"{package.__name__}.adapter")
    factory = getattr(module, "ADAPTER", None)
    if not isinstance(factory, type):
        raise ManifestError(f"{folder}: adapter.py does not say ADAPTER = <class>")
    return AdapterType(manifests.load(folder), factory, folder)


def _own() -> Iterator[AdapterType]:
    parent = importlib.import_module(PACKAGE)
    for entry in pkgutil.iter_modules(parent.__path__):
        if entry.ispkg:
            yield load(importlib.import_module(f"{PACKAGE}.{entry.name}"))


def _installed(entry: EntryPoint) -> AdapterType | None:
    """An adapter of another distribution; a broken one must not stop the product."""
    try:
        return load(entry.load())
    except Exception:
        logger.exception("adapter.broken", extra={"entry_point": entry.value})
        return None


@lru_cache(maxsize=1)
def _found() -> dict[str, AdapterType]:
    found = {adapter.manifest.id: adapter for adapter in _own()}
    for entry in entry_points(group=ENTRY_POINTS):
        adapter = _installed(entry)
        if adapter is not None and adapter.manifest.id not in found:
            found[adapter.manifest.id] = adapter
    return dict(sorted(found.items()))


def all() -> tuple[AdapterType, ...]:  # noqa: A001 - read as registry.all()
    """Every kind of channel, by id."""
    return tuple(_found().values())


def get(adapter_id: str) -> AdapterType:
    """One kind of channel; NotFoundError when it is not installed."""
    try:
        return _found()[adapter_id]
    except KeyError:
        raise NotFoundError(
            format_lazy(_("There is no channel type called “{name}”."), name=adapter_id),
            field="adapter",
        ) from None


def forget() -> None:
    """Look again at the next question; for tests that add adapters."""
    _found.cache_clear()
