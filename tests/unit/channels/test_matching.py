"""Recognising a delivery among the recent posts of its account."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.channels.core.matching import Likeness, Posted, Verdict, Wanted, compare, match

SENT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def post(text: str, number: int = 1, *, after: timedelta = MINUTE, media: int | None = 0) -> Posted:
    return Posted(f"post-{number}", text, SENT + after, media=media)


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("朝の一杯 #珈琲", "朝の一杯 #珈琲"),
        ("two  spaces\n\n\nand lines ", "two spaces and lines"),
        ("ｶﾌｪ が開きました", unicodedata.normalize("NFD", "ｶﾌｪ が開きました")),
        ("a\u200bb", "ab"),
        ("☕\ufe0f time", "☕ time"),
        ("Menu: https://example.com/spring/2027", "Menu: https://t.co/aBc123"),
        ("Menu: https://example.com/spring/2027", "Menu: example.com/spring/20…"),
        (
            "メニューはhttps://example.com/aをご覧ください",
            "メニューは https://t.co/x をご覧ください",
        ),
        ("Menu https://example.com/a", "Menu"),
    ],
)
def test_it_sees_through_what_networks_change(sent, shown):
    assert compare(sent, shown) is Likeness.SAME


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("おはよう…", "こんにちは…"),
        ("Open", "Open today"),
        ("Menu https://example.com/a", "Menu https://example.com/b"),
        ("https://example.com/a", "https://example.com/b"),
        ("Menu", "Menu https://example.com/b"),
        ("ver 1.2", "ver 1.3"),
    ],
)
def test_it_does_not_take_another_text_for_it(sent, shown):
    assert compare(sent, shown) is Likeness.OTHER


def test_it_cannot_tell_shortened_links_without_words_apart():
    assert compare("https://example.com/a", "https://t.co/x") is Likeness.PERHAPS
    targets = ["https://example.com/a"]
    assert compare("https://example.com/a", "https://t.co/x", targets) is Likeness.SAME


def test_it_finds_the_one_post_that_is_alike():
    found = match(Wanted("hello", SENT), [post("other", 1), post("hello", 2)])
    assert (found.verdict, found.post.remote_id) == (Verdict.FOUND, "post-2")


def test_it_leaves_two_alike_to_a_person_the_newest_first():
    found = match(Wanted("hello", SENT), [post("hello", 1), post("hello", 2, after=2 * MINUTE)])
    assert found.verdict is Verdict.UNCERTAIN
    assert [one.remote_id for one in found.candidates] == ["post-2", "post-1"]


def test_it_leaves_out_what_other_deliveries_are_known_to_be():
    wanted = Wanted("hello", SENT, known={"post-1"})
    assert match(wanted, [post("hello", 1)]).verdict is Verdict.ABSENT
    assert match(wanted, [post("hello", 1), post("hello", 2)]).post.remote_id == "post-2"


@pytest.mark.parametrize("after", [-timedelta(minutes=3), timedelta(hours=3)])
def test_it_looks_only_in_the_time_in_question(after):
    assert match(Wanted("hello", SENT), [post("hello", after=after)]).verdict is Verdict.ABSENT


def test_it_asks_when_the_images_differ_and_not_when_they_are_not_told():
    wanted = Wanted("hello", SENT, media=2)
    assert match(wanted, [post("hello", media=1)]).verdict is Verdict.UNCERTAIN
    assert match(wanted, [post("hello", media=2)]).verdict is Verdict.FOUND
    assert match(wanted, [post("hello", media=None)]).verdict is Verdict.FOUND


def test_it_does_not_take_a_list_that_ends_too_early_for_an_answer():
    assert match(Wanted("hello", SENT), [], complete=False).verdict is Verdict.UNCERTAIN
    assert match(Wanted("hello", SENT), [], complete=True).verdict is Verdict.ABSENT


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=80)


@given(words, st.sampled_from(["NFC", "NFD"]), st.sampled_from(["", " ", "\n"]))
def test_it_always_recognises_its_own_text(text, form, margin):
    shown = margin + unicodedata.normalize(form, text) + margin
    assert compare(text, shown) is Likeness.SAME


@given(words, words)
def test_it_judges_alike_from_both_sides_without_links(one, other):
    if "/" not in one + other and "www" not in (one + other).lower():
        assert (compare(one, other) is Likeness.SAME) == (compare(other, one) is Likeness.SAME)


@given(st.lists(st.sampled_from(["hello", "other", "hello again"]), max_size=6))
def test_it_finds_exactly_when_one_is_alike(texts):
    posts = [post(text, number) for number, text in enumerate(texts)]
    verdict = match(Wanted("hello", SENT), posts).verdict
    alike = texts.count("hello")
    expected = {0: Verdict.ABSENT, 1: Verdict.FOUND}.get(alike, Verdict.UNCERTAIN)
    assert verdict is expected
