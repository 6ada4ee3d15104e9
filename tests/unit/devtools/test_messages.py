from __future__ import annotations

from pathlib import Path

import polib
import pytest

from enishi.devtools import messages

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext
_("Hello %(name)s")
ngettext("%(count)s post", "%(count)s posts", 2)
pgettext("verb", "Post")
"""
TEMPLATE = """{% load i18n %}<p title="{% translate 'It’s fine' %}">
{% blocktranslate trimmed count total=items|length %}
  One item for {{ who }}
{% plural %}
  {{ total }} items for {{ who }}
{% endblocktranslate %}{% translate "May" context "month" %}{{ _("Inline") }}</p>
"""
SHOWN = {
    ("", "Hello %(name)s", ""),
    ("", "%(count)s post", "%(count)s posts"),
    ("verb", "Post", ""),
    ("", "It’s fine", ""),
    ("", "One item for %(who)s", "%(total)s items for %(who)s"),
    ("month", "May", ""),
    ("", "Inline", ""),
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "shop" / "templates" / "shop").mkdir(parents=True)
    (tmp_path / "shop" / "views.py").write_text(PYTHON)
    (tmp_path / "shop" / "templates" / "shop" / "page.html").write_text(TEMPLATE)
    return tmp_path


def translate(package: Path, **changes: str) -> polib.POFile:
    messages.update(package)
    book = messages.catalogues(package)["shop"]
    for entry in book:
        text = changes.get(entry.msgid, f"訳: {entry.msgid_plural or entry.msgid}")
        if entry.msgid_plural:
            entry.msgstr_plural = {0: f"{text} {entry.msgid}"}
        else:
            entry.msgstr = text
    book.save()
    return book


def test_it_finds_every_text_of_python_and_templates(package: Path) -> None:
    keys = {use.key for use in messages.uses(package)}
    assert {(key.context, key.text, key.plural) for key in keys} == SHOWN


def test_it_names_the_line_of_a_missing_translation(package: Path) -> None:
    found = messages.problems(package)
    assert len(found) == len(SHOWN)
    assert "shop/views.py:3: not translated: 'Hello %(name)s'" in found


def test_it_is_content_when_everything_is_translated(package: Path) -> None:
    translate(package)
    assert messages.problems(package) == []


def test_it_refuses_other_placeholders(package: Path) -> None:
    translate(package, **{"Hello %(name)s": "こんにちは"})
    assert messages.problems(package) == [
        "shop: other placeholders: 'Hello %(name)s' → 'こんにちは'"
    ]


def test_it_reports_and_prunes_what_is_no_longer_shown(package: Path) -> None:
    translate(package)
    (package / "shop" / "views.py").write_text("")
    assert len(messages.problems(package)) == 3
    messages.prune(package)
    assert messages.problems(package) == []


def test_it_reports_two_folders_that_contradict_each_other(package: Path) -> None:
    book = translate(package)
    other = messages.catalogue_path("other", package)
    other.parent.mkdir(parents=True)
    next(entry for entry in book if entry.msgid == "Inline").msgstr = "べつ"
    book.save(str(other))
    assert messages.problems(package) == ["shop: other translates 'Inline' otherwise"]


def test_it_compiles_what_gettext_reads(package: Path) -> None:
    translate(package)
    messages.compile_all(package)
    compiled = polib.mofile(str(messages.catalogue_path("shop", package).with_suffix(".mo")))
    assert len(compiled) == len(SHOWN)
