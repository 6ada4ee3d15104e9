"""Adapters are found by looking."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

import enishi.adapters
from enishi.channels import registry
from enishi.kernel.errors import NotFoundError
from tests.unit.channels.test_manifest import GOOD

ADAPTER = """
class Pigeon:
    def __init__(self, connection): ...
    async def verify(self): ...
ADAPTER = Pigeon
"""


@pytest.fixture(autouse=True)
def _afresh():
    registry.forget()
    yield
    registry.forget()


@pytest.fixture
def pigeon(tmp_path, monkeypatch):
    folder = tmp_path / "pigeon"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "adapter.py").write_text(ADAPTER)
    (folder / "manifest.toml").write_text(GOOD)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for name in [name for name in sys.modules if name.startswith("pigeon")]:
        del sys.modules[name]


@pytest.mark.requirement("R002")
def test_it_finds_every_adapter_in_the_folder():
    folders = {
        path.parent.name for path in Path(enishi.adapters.__path__[0]).glob("*/manifest.toml")
    }
    assert {adapter.manifest.id for adapter in registry.all()} == folders
    assert {"bluesky", "feed", "sandbox"} <= folders
    assert all(adapter.manifest.taxonomy.schemes for adapter in registry.all())


def test_it_gives_one_adapter_by_its_id():
    assert registry.get("feed").manifest.id == "feed"
    with pytest.raises(NotFoundError) as missing:
        registry.get("telegraph")
    assert "telegraph" in str(missing.value)


def announce(monkeypatch, *values):
    entries = [EntryPoint(value, value, registry.ENTRY_POINTS) for value in values]
    monkeypatch.setattr(registry, "entry_points", lambda **_: entries)


def test_it_takes_adapters_of_other_packages(pigeon, monkeypatch):
    announce(monkeypatch, "pigeon")
    assert registry.get("pigeon").manifest.owner == "The loft"


def test_it_goes_on_without_a_broken_package(pigeon, monkeypatch, caplog):
    (pigeon / "manifest.toml").write_text("id = 1")
    announce(monkeypatch, "pigeon", "not_there_at_all")
    assert "pigeon" not in {adapter.manifest.id for adapter in registry.all()}
    assert registry.get("feed")
    assert caplog.text.count("adapter.broken") == 2


def test_it_wants_a_class(pigeon, monkeypatch, caplog):
    (pigeon / "adapter.py").write_text("ADAPTER = None")
    announce(monkeypatch, "pigeon")
    assert registry.get("feed")
    assert "ADAPTER" in caplog.text
