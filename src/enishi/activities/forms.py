"""The filter above the log."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from enishi.activities import labels
from enishi.activities.events import Direction
from enishi.activities.explorer import Filters


class FilterForm(forms.Form):
    """What the log is narrowed to. All of it may be empty."""

    text = forms.CharField(label=_("Words"), required=False, max_length=200)
    type = forms.MultipleChoiceField(label=_("What happened"), required=False)
    direction = forms.ChoiceField(label=_("Direction"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    person = forms.CharField(label=_("Person"), required=False, max_length=300)
    first = forms.DateField(label=_("From"), required=False)
    last = forms.DateField(label=_("To"), required=False)

    def __init__(self, data: Any, *, channels: dict[UUID, str]) -> None:
        super().__init__(data)
        self._choose("type", [("", _("All")), *labels.TYPES.items()])
        self._choose("direction", [("", _("All")), *labels.DIRECTIONS.items()])
        self._choose("channel", [("", _("All channels")), *channels.items()])

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = values.get("first"), values.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day is before the first."))
        return values

    def filters(self, zone: str) -> Filters:
        """The filters of a valid form; what is wrong in an invalid one is left out."""
        self.is_valid()
        values = self.cleaned_data
        channel = values.get("channel")
        return Filters(
            text=values.get("text", ""),
            types=tuple(filter(None, values.get("type", ()))),
            direction=Direction(values["direction"]) if values.get("direction") else None,
            channel_id=UUID(str(channel)) if channel else None,
            person=values.get("person", ""),
            first=values.get("first"),
            last=values.get("last"),
            zone=zone,
        )
