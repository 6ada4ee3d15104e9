"""What people write in the composer and choose when they give a post another time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from math import isfinite
from typing import TYPE_CHECKING
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from enishi.publishing.core.content import (
    EXTERNAL,
    INTERNAL,
    AttachmentInput,
    PostInput,
    VariantInput,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

DRAFT, SCHEDULE, QUEUE, NOW = "draft", "schedule", "queue", "now"
LANGUAGES = [("", _("As the workspace")), ("ja", "日本語"), ("en", "English")]


END_OF_DAY = time(23, 59)


def _day(label: _StrPromise) -> forms.DateField:
    shape = {"type": "date", "class": "form-control"}
    widget = forms.DateInput(attrs=shape, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


def _time(label: _StrPromise) -> forms.TimeField:
    shape = {"type": "time", "class": "form-control"}
    widget = forms.TimeInput(attrs=shape, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=widget)


class MomentForm(forms.Form):
    """A day and a time of the workspace's zone."""

    date = _day(_("Date"))
    time = _time(_("Time"))

    def moment(self) -> str:
        """The wall-clock time as actions take it; empty when something is missing."""
        return _wall_clock(self.cleaned_data.get("date"), self.cleaned_data.get("time"))


def _wall_clock(day: object, clock_time: object) -> str:
    if not isinstance(day, date) or not isinstance(clock_time, time):
        return ""
    return datetime.combine(day, clock_time).isoformat(timespec="minutes")


class ComposerForm(MomentForm):
    """The parts of the composer that are the same for every workspace."""

    text = forms.CharField(label=_("Text"), required=False, strip=False)
    link = forms.CharField(label=_("Link"), required=False, max_length=2000)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)
    when = forms.ChoiceField(
        choices=[
            (DRAFT, _("Keep as a draft")),
            (SCHEDULE, _("Schedule")),
            (QUEUE, _("Add to queue")),
            (NOW, _("Publish now")),
        ],
        initial=DRAFT,
    )
    until_date = _day(_("Valid until"))
    until_time = _time(_("Ends at"))
    queue = forms.UUIDField(required=False)
    first = forms.BooleanField(required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> None:
        """A schedule needs both a day and a time; an end needs a day."""
        super().clean()
        day_missing = not self.cleaned_data.get("until_date") and "until_date" not in self.errors
        if self.cleaned_data.get("until_time") and day_missing:
            self.add_error("until_date", _("Choose the day until which it is valid."))
        if self.cleaned_data.get("when") == QUEUE and not self.cleaned_data.get("queue"):
            self.add_error(None, _("Choose a queue."))
        if self.cleaned_data.get("when") == SCHEDULE and not self.moment():
            for name in ("date", "time"):
                if name not in self.errors and not self.cleaned_data.get(name):
                    self.add_error(name, _("Choose when it goes out."))

    def limit(self) -> str:
        """Until when it may go out; a day alone counts to its end, empty means no end."""
        given = self.cleaned_data
        return _wall_clock(given.get("until_date"), given.get("until_time") or END_OF_DAY)


def content_of(data: QueryDict) -> PostInput:
    """What the composer's form says, whatever its state."""
    return PostInput(
        text=data.get("text", ""),
        channels=tuple(
            VariantInput(channel, _variant(data, channel), options_of(data, channel))
            for channel in _ids(data, "channels")
        ),
        attachments=attachments_of(data),
        thread=tuple(data.getlist("thread")),
        language=data.get("language", ""),
        link=data.get("link", ""),
        first_comment=data.get("first_comment", ""),
        audience=INTERNAL if data.get("internal") else EXTERNAL,
    )


def attachments_of(data: QueryDict) -> tuple[AttachmentInput, ...]:
    """The images that stay in the post, with their descriptions."""
    return tuple(
        AttachmentInput(
            media,
            data.get(f"alt-{media}", ""),
            _focus(data, media),
            next(iter(_ids(data, f"poster-{media}")), None),
        )
        for media in _ids(data, "media")
        if not data.get(f"remove-{media}")
    )


def _focus(data: QueryDict, media: UUID) -> tuple[float, float] | None:
    try:
        found = tuple(float(data.get(f"focus-{way}-{media}", "")) for way in ("right", "up"))
    except ValueError:
        return None
    return (found[0], found[1]) if all(map(isfinite, found)) else None


def options_of(data: QueryDict, channel: UUID) -> dict[str, str]:
    """What was chosen for a channel; what is left empty is left to the network."""
    prefix = f"option-{channel}-"
    given = {
        name.removeprefix(prefix): data.get(name, "") for name in data if name.startswith(prefix)
    }
    return {name: value.strip() for name, value in given.items() if value.strip()}


def _variant(data: QueryDict, channel: UUID) -> str:
    return data.get(f"variant-{channel}", "") if data.get(f"own-{channel}") else ""


def _ids(data: QueryDict, name: str) -> Sequence[UUID]:
    found: dict[UUID, None] = {}
    for text in data.getlist(name):
        try:
            found[UUID(text)] = None
        except ValueError:
            continue
    return list(found)
