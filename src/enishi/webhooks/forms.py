"""What people type into the pages of webhooks; the actions decide whether it will do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from enishi.webhooks.core.catalogue import EVENT_TYPES


def _choices() -> list[tuple[str, SafeString]]:
    """Meaning first: people choose by what happens, programs by the name."""
    return [
        (kind, format_html("{} <code>{}</code>", meaning, kind))
        for kind, meaning in EVENT_TYPES.items()
    ]


class EndpointForm(forms.Form):
    """An endpoint."""

    url = forms.URLField(
        label=_("Address"),
        max_length=2000,
        assume_scheme="https",
        help_text=_("Enishi sends a POST request there."),
        widget=forms.URLInput(attrs={"placeholder": "https://", "class": "form-control"}),
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=200,
        required=False,
        help_text=_("What listens there?"),
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    events = forms.MultipleChoiceField(
        label=_("What it is told"),
        choices=_choices,
        required=False,
        help_text=_("None ticked: everything, also what comes later."),
        widget=forms.CheckboxSelectMultiple,
    )

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        return dict(self.cleaned_data)
