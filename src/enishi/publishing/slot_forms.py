"""What people type about slots that come again, queues and pauses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from enishi.accounts.forms import time_zones
from enishi.publishing.actions import Drafts, Overdue
from enishi.publishing.core.slots import (
    Pattern,
    QueueInput,
    SeriesInput,
    WeeklyTime,
    parse_times,
    weekdays_of,
    weekly,
)
from enishi.publishing.forms import MomentForm
from enishi.publishing.slot_queries import QueueView, SeriesView

_SEPARATORS = re.compile(r"[\s,、;]+")
_DAYS = [(str(day), name) for day, name in WEEKDAYS.items()]


def _text(**shape: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", **shape})


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "form-control", "rows": rows})


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")


def _number(most: int) -> forms.NumberInput:
    return forms.NumberInput(attrs={"class": "form-control", "min": 0, "max": most})


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


def _tick() -> forms.CheckboxInput:
    return forms.CheckboxInput(attrs={"class": "form-check-input"})


class SeriesForm(forms.Form):
    """A slot that comes again."""

    name = forms.CharField(label=_("Name"), max_length=120, required=False, widget=_text())
    channels = forms.MultipleChoiceField(
        label=_("Channels"), required=False, widget=forms.CheckboxSelectMultiple
    )
    times = forms.CharField(
        label=_("Times"),
        required=False,
        widget=_text(placeholder="21:00", inputmode="text"),
        help_text=_("Several with commas: 9:00, 21:00."),
    )
    weekdays = forms.MultipleChoiceField(
        label=_("Days"), choices=_DAYS, required=False, widget=forms.CheckboxSelectMultiple
    )
    every = forms.IntegerField(
        label=_("Every so many weeks"),
        min_value=1,
        max_value=12,
        required=False,
        widget=_number(12),
    )
    rule = forms.CharField(
        label=_("Or a pattern of your own"),
        required=False,
        max_length=200,
        widget=_text(placeholder="FREQ=MONTHLY;BYMONTHDAY=1,15"),
        help_text=_("As in calendar programs (RRULE). It goes before the days above."),
    )
    starts_on = forms.DateField(label=_("First day"), widget=_day())
    ends_on = forms.DateField(label=_("Last day"), required=False, widget=_day())
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones, widget=_select())
    skips_holidays = forms.BooleanField(
        label=_("Not on public holidays"), required=False, widget=_tick()
    )
    topic = forms.CharField(label=_("Topic"), max_length=120, required=False, widget=_text())
    owner = forms.ChoiceField(label=_("Who fills them in"), required=False, widget=_select())
    text = forms.CharField(label=_("Drafts begin with"), required=False, widget=_area(3))
    checklist = forms.CharField(
        label=_("Checklist"),
        required=False,
        widget=_area(3),
        help_text=_("One thing to think of on each line."),
    )
    days_ahead = forms.IntegerField(
        label=_("Make drafts so many days ahead"), required=False, widget=_number(92)
    )
    warn_hours = forms.IntegerField(
        label=_("Warn of an empty one so many hours before"), required=False, widget=_number(744)
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def offer(
        self, channels: Sequence[tuple[str, str]], members: Sequence[tuple[str, str]]
    ) -> None:
        """Fill in what can be chosen."""
        self.fields["channels"].choices = channels  # type: ignore[attr-defined]  # a choice field
        self.fields["owner"].choices = [("", _("Me")), *members]  # type: ignore[attr-defined]  # as above

    def content(self) -> SeriesInput:
        """The slot as actions take it; InvalidInputError names what is not understood."""
        given = self.cleaned_data
        return SeriesInput(
            name=given["name"],
            channel_ids=[UUID(each) for each in given["channels"]],
            pattern=Pattern(
                rule=given["rule"]
                or weekly([int(day) for day in given["weekdays"]], _every(given)),
                times=parse_times(_SEPARATORS.split(given["times"])),
                time_zone=given["time_zone"],
                starts_on=given["starts_on"],
                ends_on=given["ends_on"],
            ),
            topic=given["topic"],
            text=given["text"],
            checklist=given["checklist"].splitlines(),
            owner_id=UUID(given["owner"]) if given["owner"] else None,
            skips_holidays=given["skips_holidays"],
            days_ahead=given["days_ahead"] if given["days_ahead"] is not None else 14,
            warn_hours=given["warn_hours"] if given["warn_hours"] is not None else 24,
        )


def _every(given: dict[str, Any]) -> int:
    return int(given["every"] or 1)


def new_series(today: date, zone: str) -> dict[str, object]:
    """What the form of a new slot begins with."""
    return {
        "times": "",
        "weekdays": [day for day, _name in _DAYS],
        "every": 1,
        "starts_on": today,
        "time_zone": zone,
        "days_ahead": 14,
        "warn_hours": 24,
    }


def known_series(series: SeriesView) -> dict[str, object]:
    """What the form of a slot that is there begins with."""
    simple = weekdays_of(series.rule)
    weekdays, every = simple or ([], 1)
    return {
        "name": series.name,
        "channels": [str(mark.channel_id) for mark in series.channels],
        "times": ", ".join(series.times),
        "weekdays": [str(day) for day in weekdays],
        "every": every,
        "rule": "" if simple else series.rule,
        "starts_on": series.starts_on,
        "ends_on": series.ends_on,
        "time_zone": series.time_zone,
        "skips_holidays": series.skips_holidays,
        "topic": series.topic,
        "owner": str(series.owner_id or ""),
        "text": series.text,
        "checklist": "\n".join(series.checklist),
        "days_ahead": series.days_ahead,
        "warn_hours": series.warn_hours,
        "version": series.version,
    }


class DeleteSeriesForm(forms.Form):
    """What becomes of the drafts."""

    drafts = forms.ChoiceField(
        label=_("Its drafts to come"),
        choices=[
            (Drafts.DROP_EMPTY.value, _("Throw away those that nobody has filled in")),
            (Drafts.KEEP.value, _("Keep all of them")),
            (Drafts.DROP.value, _("Throw away all of them")),
        ],
        initial=Drafts.DROP_EMPTY.value,
        widget=forms.RadioSelect,
    )


class QueueForm(forms.Form):
    """A queue: its name and, for each day of the week, its times."""

    name = forms.CharField(label=_("Name"), max_length=120, required=False, widget=_text())
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones, widget=_select())
    closes_gaps = forms.BooleanField(
        label=_("When a post is taken away, those after it move up"),
        required=False,
        widget=_tick(),
    )
    skips_holidays = forms.BooleanField(
        label=_("Not on public holidays"), required=False, widget=_tick()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day, name in WEEKDAYS.items():
            self.fields[f"day_{day}"] = forms.CharField(
                label=name, required=False, widget=_text(placeholder="9:00, 18:00")
            )

    def days(self) -> list[forms.BoundField]:
        """The fields of the week."""
        return [self[f"day_{day}"] for day in WEEKDAYS]

    def content(self) -> QueueInput:
        """The queue as actions take it."""
        given = self.cleaned_data
        return QueueInput(
            name=given["name"],
            times=[
                WeeklyTime(day, at)
                for day in WEEKDAYS
                for at in parse_times(_SEPARATORS.split(given[f"day_{day}"]), field=f"day_{day}")
            ],
            time_zone=given["time_zone"],
            closes_gaps=given["closes_gaps"],
            skips_holidays=given["skips_holidays"],
        )


def known_queue(queue: QueueView) -> dict[str, object]:
    """What the form of a queue that is there begins with."""
    by_day = {
        f"day_{day}": ", ".join(at for each, at in queue.times if each == day) for day in WEEKDAYS
    }
    return {
        "name": queue.name,
        "time_zone": queue.time_zone,
        "closes_gaps": queue.closes_gaps,
        "skips_holidays": queue.skips_holidays,
        **by_day,
    }


class PauseForm(forms.Form):
    """What to stop, and why."""

    channel = forms.ChoiceField(label=_("What to stop"), required=False, widget=_select())
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        widget=_text(placeholder=_("For the others: what has happened?")),
    )

    def offer(self, channels: Sequence[tuple[str, str]]) -> None:
        """Fill in what can be chosen."""
        self.fields["channel"].choices = [("", _("Everything")), *channels]  # type: ignore[attr-defined]  # a choice field


class SpreadForm(MomentForm):
    """New times for several posts: the first one's, and how far the others are apart."""

    gap = forms.TypedChoiceField(
        label=_("Then one every"),
        coerce=int,
        choices=[
            (15, _("15 minutes")),
            (60, _("hour")),
            (180, _("3 hours")),
            (720, _("12 hours")),
            (1440, _("day")),
            (2880, _("2 days")),
            (10080, _("week")),
        ],
        initial=1440,
        required=False,
        widget=_select(),
    )


def tomorrow() -> dict[str, object]:
    """Nine o'clock of the next day."""
    return {"date": timezone.localdate() + timedelta(days=1), "time": time(9)}


class ResumeForm(forms.Form):
    """What becomes of the posts whose time has passed."""

    waiting = forms.ChoiceField(
        label=_("What waited"),
        choices=[
            (Overdue.SEND.value, _("Send all of it now")),
            (Overdue.SPREAD.value, _("Spread it from now on")),
            (Overdue.ASK.value, _("Send none of it: I decide about each")),
        ],
        initial=Overdue.SEND.value,
        widget=forms.RadioSelect,
    )
    minutes = forms.IntegerField(
        label=_("Minutes between two posts"),
        min_value=1,
        max_value=1440,
        initial=15,
        required=False,
        widget=_number(1440),
    )
