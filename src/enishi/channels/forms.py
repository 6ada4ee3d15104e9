"""Forms of channels: the connect form is made from the adapter's manifest."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from enishi.accounts import queries as accounts
from enishi.accounts.models import FUNCTIONS
from enishi.accounts.permissions import Actor
from enishi.channels import taxonomy
from enishi.channels.actions import Plan
from enishi.channels.actions.activating import MAX_POSTS_PER_WEEK
from enishi.channels.core.lifecycle import Item, ItemState
from enishi.channels.manifest import AuthField, Manifest, TieModel
from enishi.channels.models import AUDIENCES, ITEM_STATES, ITEMS

SERVICE = "service_url"
_TEXT_MAX = 500
TIE_LABELS = {
    TieModel.MUTUAL: _("Mutual: both agree"),
    TieModel.ASYMMETRIC: _("One-way: people follow"),
    TieModel.INVITATION: _("By invitation"),
    TieModel.NONE: _("No ties"),
}


class ConnectForm(forms.Form):
    """What a network asks for, as its manifest says."""

    def __init__(self, manifest: Manifest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in manifest.fields:
            self.fields[field.name] = _field(field)
        if manifest.default_service:
            self.fields[SERVICE] = forms.CharField(
                label=_("Server"),
                required=False,
                initial=manifest.default_service,
                help_text=_("Leave it as it is unless your account lives on another server."),
                widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none"}),
            )

    def given(self) -> dict[str, str]:
        """The network's own fields."""
        return {name: value for name, value in self.cleaned_data.items() if name != SERVICE}

    def service_url(self) -> str:
        return str(self.cleaned_data.get(SERVICE, ""))


class SignInForm(forms.Form):
    """Which server to sign in on."""

    service_url = forms.CharField(
        label=_("Your server"),
        max_length=300,
        help_text=_("Its address, or your whole name there. You sign in on the server itself."),
        widget=forms.TextInput(
            attrs={
                "placeholder": "example.social",
                "inputmode": "url",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )


class CodeForm(forms.Form):
    """The code that a server shows."""

    code = forms.CharField(
        label=_("Code"),
        max_length=500,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


def _field(field: AuthField) -> forms.Field:
    attributes = {
        "placeholder": field.placeholder,
        "autocomplete": "off",
        "autocapitalize": "none",
        "spellcheck": "false",
    }
    widget: forms.Widget = forms.TextInput(attrs=attributes)
    if field.secret or field.kind == "password":
        widget = forms.PasswordInput(attrs=attributes | {"autocomplete": "new-password"})
    elif field.kind == "url":
        widget = forms.TextInput(attrs=attributes | {"inputmode": "url"})
    return forms.CharField(
        label=str(field.label),
        help_text=str(field.help or ""),
        required=field.required,
        initial=field.default,
        widget=widget,
        strip=False,
    )


class PlanForm(forms.Form):
    """The five points, answered at once; what is left empty stays open."""

    objective = forms.CharField(
        label=_("Objective"),
        help_text=_("What is this channel to achieve? One sentence is enough."),
        required=False,
        max_length=_TEXT_MAX,
    )
    audience = forms.CharField(
        label=_("Audience"),
        help_text=_("Whom do you want to reach here?"),
        required=False,
        max_length=_TEXT_MAX,
    )
    policy = forms.CharField(
        label=_("Policy"),
        help_text=_("What is said here and what not, or where that is written."),
        required=False,
        max_length=_TEXT_MAX,
    )
    posts_per_week = forms.IntegerField(
        label=_("Cadence: posts a week"),
        required=False,
        min_value=1,
        max_value=MAX_POSTS_PER_WEEK,
    )
    waive_rest = forms.CharField(
        label=_("Waive what is left empty, because…"),
        help_text=_("For trying things out, say for example “just a test”. It is written down."),
        required=False,
        max_length=_TEXT_MAX,
    )

    def plan(self) -> Plan:
        """The answers as the action takes them."""
        return Plan(**self.cleaned_data)


class ItemForm(forms.Form):
    """One point of the activation list."""

    item = forms.ChoiceField(choices=[(item.value, label) for item, label in ITEMS])
    state = forms.ChoiceField(choices=[(state.value, label) for state, label in ITEM_STATES])
    note = forms.CharField(required=False, max_length=_TEXT_MAX)
    posts_per_week = forms.IntegerField(required=False)

    @property
    def is_cadence(self) -> bool:
        data = self.cleaned_data
        return bool(data["item"] == Item.CADENCE and data["state"] != ItemState.WAIVED)


class OwnersForm(forms.Form):
    """Who answers for a channel, and who stands in."""

    owner_id = forms.TypedChoiceField(
        label=_("Owner"), required=False, coerce=UUID, empty_value=None
    )
    backup_owner_id = forms.TypedChoiceField(
        label=_("Backup"), required=False, coerce=UUID, empty_value=None
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(one.user_id), str(one.user)) for one in accounts.members(actor)]
        for name in ("owner_id", "backup_owner_id"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = [("", _("Nobody")), *people]


class ReadersForm(forms.Form):
    """Who reads a channel, and which function of the company it serves."""

    audience = forms.ChoiceField(
        label=_("Read by"),
        choices=AUDIENCES,
        help_text=_("Posts for the company only never go out on channels with other readers."),
    )
    function = forms.ChoiceField(
        label=_("Function it serves"),
        required=False,
        choices=[("", _("The whole company")), *FUNCTIONS],
    )


class TaxonomyForm(forms.Form):
    """How this channel is classified where the registry is wrong about it."""

    sns_weight = forms.FloatField(
        label=_("SNS↔CNS weight"),
        help_text=_("1 connects by people only, 0 by content only."),
        required=False,
        min_value=0,
        max_value=1,
        widget=forms.NumberInput(attrs={"step": "0.05"}),
    )
    tie_model = forms.ChoiceField(
        label=_("How accounts are tied"),
        required=False,
        choices=[(model.value, label) for model, label in TIE_LABELS.items()],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for scheme in taxonomy.registry().schemes:
            self.fields[f"class_{scheme.id}"] = forms.ChoiceField(
                label=taxonomy.words(scheme.name),
                required=False,
                choices=[
                    ("", _("As the registry says")),
                    *((found.id, taxonomy.words(found.name)) for found in scheme.classes),
                ],
            )

    def classes(self) -> dict[str, str]:
        """The chosen class of each scheme; empty takes an override back."""
        return {
            name.removeprefix("class_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("class_")
        }
