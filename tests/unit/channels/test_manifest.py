"""Manifests: read, checked, and explained when they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation

from enishi.channels import manifest
from enishi.channels.contract import Capability
from enishi.channels.manifest import ManifestError

GOOD = """
id = "pigeon"
name = { en = "Pigeon", ja = "伝書鳩" }
description = { en = "By air.", ja = "空から。" }
owner = "The loft"
docs = "README.md"
checked = 2026-11-22
api_version = "1"
live_server = "none"
quality = "bronze"
poll_seconds = 60
capabilities = ["publish", "history"]

[[fields]]
name = "ring"
secret = true
label = { en = "Ring", ja = "足環" }

[text]
unit = "characters"
max = 40

[media]
count = 0
max_bytes = 0

[publishing]
reconcile = "readback"

[taxonomy]
is_social_media = true
ownership = "shared"
mic_2015 = "messaging"
function_4 = "communication"
tie_model = "mutual"
sns_weight = 1.0
[[taxonomy.schemes]]
name = "usage-2024"
is_sns = true
source = "A book"
published = 2024-04-01

[terms]
note = { en = "Feed it.", ja = "餌をあげてください。" }
"""


@pytest.fixture
def write(tmp_path):
    def write(text, folder="pigeon") -> Path:
        target = tmp_path / folder
        target.mkdir(exist_ok=True)
        (target / "manifest.toml").write_text(text, encoding="utf-8")
        return target

    return write


def test_it_reads_a_manifest(write):
    found = manifest.load(write(GOOD))
    assert found.supports(Capability.PUBLISH)
    assert found.supports("history")
    assert not found.supports(Capability.INBOX)
    assert found.secret_names == {"ring"}
    assert found.taxonomy.schemes[0].is_sns
    with pytest.raises(ValueError, match="frozen"):
        found.owner = "me"


def test_it_speaks_the_readers_language(write):
    found = manifest.load(write(GOOD))
    with translation.override("ja"):
        assert str(found.name) == "伝書鳩"
    with translation.override("en"):
        assert str(found.name) == "Pigeon"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('id = "pigeon"', 'id = "Pigeon!"', "id"),
        ('id = "pigeon"', 'id = "dove"', "id"),
        ('owner = "The loft"', "", "owner"),
        ('owner = "The loft"', 'owner = ""', "owner"),
        ('"publish", "history"', '"publish", "telepathy"', "capabilities"),
        ('"publish", "history"', '"publish", "publish"', "capabilities"),
        ('"publish", "history"', '"history", "reply"', "replying is publishing"),
        ('unit = "characters"', 'unit = "feathers"', "text.unit"),
        ("sns_weight = 1.0", "sns_weight = 1.5", "taxonomy.sns_weight"),
        ("is_sns = true", "", "taxonomy.schemes.0.is_sns"),
        ("checked = 2026-11-22", 'checked = "lately"', "checked"),
        ('api_version = "1"', 'api_version = "1"\ncolour = "grey"', "colour"),
        ('api_version = "1"', 'api_version = "1', "line"),
        ("[terms]", "[scopes]\ninbox = ['read']\n[terms]", "scopes"),
        ('[text]\nunit = "characters"\nmax = 40', "", "declares [text]"),
    ],
)
def test_it_names_the_key_that_is_wrong(write, old, new, key):
    assert old in GOOD
    folder = write(GOOD.replace(old, new, 1))
    with pytest.raises(ManifestError) as wrong:
        manifest.load(folder)
    assert key in str(wrong.value)
    assert "manifest.toml" in str(wrong.value)
    assert manifest.load(write(GOOD)).id == "pigeon"


def test_it_says_when_there_is_none(tmp_path):
    with pytest.raises(ManifestError, match="no manifest"):
        manifest.load(tmp_path)
