"""The table of kinds and ways that a person fills in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from enishi.notifications import wording
from enishi.notifications.core.kinds import Choice, Kind, Mail


class ChoicesForm(forms.Form):
    """Two fields for each kind: in the product, and by e-mail."""

    def __init__(self, *arguments: Any, chosen: Mapping[Kind, Choice], **options: Any) -> None:
        super().__init__(*arguments, **options)
        for kind, choice in chosen.items():
            self.fields[f"{kind}-app"] = forms.BooleanField(
                label=str(wording.KIND_NAMES[kind]), required=False, initial=choice.in_app
            )
            self.fields[f"{kind}-mail"] = forms.ChoiceField(
                label=str(wording.KIND_NAMES[kind]),
                choices=[(mail.value, name) for mail, name in wording.MAIL_NAMES.items()],
                initial=choice.mail.value,
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    def rows(self) -> list[tuple[object, forms.BoundField, forms.BoundField]]:
        """Name, tick and menu of each kind, for the table."""
        return [
            (wording.KIND_NAMES[kind], self[f"{kind}-app"], self[f"{kind}-mail"]) for kind in Kind
        ]

    def choices(self) -> dict[Kind, Choice]:
        """What was chosen, after validation."""
        return {
            kind: Choice(
                in_app=self.cleaned_data[f"{kind}-app"],
                mail=Mail(self.cleaned_data[f"{kind}-mail"]),
            )
            for kind in Kind
        }
