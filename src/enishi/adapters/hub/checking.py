"""What cannot be published on the hub, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from enishi.adapters.hub.mapping import (
    MEDIA_MAX,
    MEDIA_TYPES,
    POLL_MAX,
    POLL_MIN,
    SEATS_MAX,
    TEXT_MAX,
    length,
)
from enishi.channels.contract import Outgoing, Problem
from enishi.vocab.times import read_datetime


def problems(outgoing: Outgoing) -> Sequence[Problem]:
    """What the hub would refuse."""
    found: list[Problem] = []
    if not outgoing.text.strip() and not outgoing.attachments:
        found.append(Problem("text", _("There is nothing to post yet.")))
    if any(length(text) > TEXT_MAX for text in (outgoing.text, *outgoing.thread)):
        found.append(Problem("text", _("The text is longer than 100,000 characters.")))
    if len(outgoing.attachments) > MEDIA_MAX:
        found.append(Problem("attachments", _("At most 16 files fit into a post.")))
    if any(one.media_type not in MEDIA_TYPES for one in outgoing.attachments):
        found.append(Problem("attachments", _("This kind of file cannot be published.")))
    choices = {line.strip() for line in str(outgoing.options.get("poll", "")).splitlines()} - {""}
    if choices and not POLL_MIN <= len(choices) <= POLL_MAX:
        found.append(Problem("poll", _("A poll has two to eight different choices.")))
    return found + _problems_of_event(outgoing.options)


def _problems_of_event(options: Mapping[str, object]) -> list[Problem]:
    times = {name: str(options.get(name) or "").strip() for name in ("starts", "ends")}
    found = [
        Problem(name, _("This is no date and time."))
        for name, text in times.items()
        if text and read_datetime(text) is None
    ]
    begun, ended = read_datetime(times["starts"]), read_datetime(times["ends"])
    if begun and ended and ended <= begun:
        found.append(Problem("ends", _("The event ends before it begins.")))
    if options.get("registration") and not times["starts"]:
        found.append(Problem("registration", _("Only an event takes registrations: say when.")))
    seats = str(options.get("seats") or "").strip()
    if seats and not (seats.isdecimal() and 0 < int(seats) <= SEATS_MAX):
        found.append(Problem("seats", _("Seats are a number from 1 to 100,000.")))
    return found
