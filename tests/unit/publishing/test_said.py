"""Sentences are kept as what they are made of, so that each reader gets their language."""

from __future__ import annotations

import pytest
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from enishi.publishing.core.said import pack, unpack


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "example.com asks us to slow down."),
        ("ja", "example.comから、間隔をあけるよう求められています。"),
    ],
)
def test_it_speaks_the_language_of_whoever_reads(language, words):
    message = format_lazy(_("{host} asks us to slow down."), host="example.com")
    with translation.override("de"):
        stored = pack(message, "429 Too Many")
    with translation.override(language):
        found = unpack(stored)
        assert (found.words, found.quote) == (words, "429 Too Many")


def test_it_keeps_plain_sentences_as_they_are():
    assert unpack(pack("Too {bold}", "")).words == "Too {bold}"
    assert unpack(pack(_("Date"))).text == "Date"


def test_it_keeps_nothing_when_nothing_was_said():
    assert pack("", "") == ""
    assert str(unpack("")) == ""


def test_it_takes_what_was_stored_before_for_our_words():
    assert unpack("The server answered 500.").words == "The server answered 500."
    assert unpack('{"say": broken').words == '{"say": broken'
