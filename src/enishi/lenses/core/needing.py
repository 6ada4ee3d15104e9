"""Whether to use social media at all: an assessment that may say no (R029)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Question(StrEnum):
    """What is asked. Every answer is one of three: no (0), partly (1), yes (2)."""

    AUDIENCE = "audience"
    """Are the people you want to reach there?"""
    RESOURCES = "resources"
    """Is there somebody with hours each week?"""
    PURPOSE = "purpose"
    """Is there a goal that social media can serve?"""
    CONTENT = "content"
    """Is there something to show or tell, again and again?"""
    ANSWERING = "answering"
    """Can somebody answer what people write?"""
    RISK = "risk"
    """Are rules and risks of the trade under control?"""
    MEASURING = "measuring"
    """Can the result be measured?"""


class Verdict(StrEnum):
    GO = "go"
    PILOT = "pilot"
    """Begin small and look again."""
    NO_GO = "no_go"
    """Do not use it now."""


VITAL = (Question.AUDIENCE, Question.RESOURCES, Question.PURPOSE)
"""A clear no to one of these is a no to the whole."""
NO, PARTLY, YES = 0, 1, 2
_PILOT_FROM, _GO_FROM = 6, 11
RECHECK: Mapping[Verdict, timedelta] = {
    Verdict.NO_GO: timedelta(days=180),
    Verdict.PILOT: timedelta(days=90),
    Verdict.GO: timedelta(days=365),
}
"""After how long to ask again, by default."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict; `against` and `unsure` are the questions that speak against it."""

    verdict: Verdict
    points: int
    against: tuple[Question, ...]
    unsure: tuple[Question, ...]
    recheck_on: date


def assess(answers: Mapping[Question, int], today: date) -> Finding:
    """Judge complete answers. Raises KeyError for a question without one.

    A no to audience, resources or purpose says "do not use now", and so do few points in
    all (below 6 of 14); from 11 points and without any no it says go; else a pilot.
    """
    points = sum(answers[question] for question in Question)
    against = tuple(one for one in Question if answers[one] == NO)
    unsure = tuple(one for one in Question if answers[one] == PARTLY)
    if any(one in VITAL for one in against) or points < _PILOT_FROM:
        verdict = Verdict.NO_GO
    elif points >= _GO_FROM and not against:
        verdict = Verdict.GO
    else:
        verdict = Verdict.PILOT
    return Finding(verdict, points, against, unsure, today + RECHECK[verdict])
