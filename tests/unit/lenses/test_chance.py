"""Intervals of small samples against printed tables and by repetition."""

from __future__ import annotations

import math
import random

import pytest

from enishi.lenses.core.chance import compare, student

TABLE = [
    (1, 0.95, 6.314),
    (2, 0.95, 2.920),
    (4, 0.975, 2.776),
    (10, 0.95, 1.812),
    (30, 0.975, 2.042),
]
"""Quantiles of Student's t as every textbook prints them."""


@pytest.mark.parametrize(("freedom", "share", "printed"), TABLE)
def test_it_gives_the_printed_quantiles(freedom, share, printed):
    assert student(share, freedom) == pytest.approx(printed, abs=6e-4)


def test_it_takes_degrees_of_freedom_that_are_no_whole_numbers():
    assert student(0.95, 3) > student(0.95, 3.5) > student(0.95, 4)


def test_it_holds_the_true_difference_as_often_as_it_says():
    chance, held, rounds = random.Random(82), 0, 250
    for _ in range(rounds):
        first = [math.exp(chance.gauss(3.4, 0.5)) for _ in range(8)]
        second = [math.exp(chance.gauss(3.0, 0.9)) for _ in range(14)]
        found = compare(first, second)
        held += found.low <= math.expm1(0.4) <= found.high
    assert 0.85 <= held / rounds <= 0.95


def test_it_finds_no_difference_between_equal_arms():
    found = compare([5.0, 7, 9], [5.0, 7, 9])
    assert found.difference == pytest.approx(0)
    assert not found.is_clear


def test_it_bears_zeros_and_arms_without_spread():
    assert compare([0.0, 0, 0], [4.0, 5, 6]).difference < 0
    assert compare([4.0, 4, 4], [4.0, 4, 4]).low == 0
