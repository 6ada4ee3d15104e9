"""What people type into the settings pages; the actions decide whether it will do."""

from __future__ import annotations

import zoneinfo

from django import forms
from django.utils.translation import gettext_lazy as _

from enishi.accounts.models import FUNCTIONS, LANGUAGES
from enishi.accounts.permissions import Permission, Role

ROLE_NAMES = {
    Role.OWNER: _("Owner"),
    Role.MANAGER: _("Manager"),
    Role.CREATOR: _("Creator"),
    Role.RESPONDER: _("Responder"),
    Role.ANALYST: _("Analyst"),
    Role.AGENCY: _("Agency"),
    Role.CLIENT_APPROVER: _("Client approver"),
    Role.AUDITOR: _("Auditor"),
}
COUNTRIES = [
    ("", _("No public holidays")),
    ("JP", _("Japan")),
    ("US", _("United States")),
    ("GB", _("United Kingdom")),
    ("DE", _("Germany")),
    ("FR", _("France")),
    ("KR", _("South Korea")),
    ("TW", _("Taiwan")),
    ("AU", _("Australia")),
    ("CA", _("Canada")),
]


def time_zones() -> list[tuple[str, str]]:
    """Every zone that people know by a place, sorted."""
    places = {"Asia", "Europe", "America", "Africa", "Australia", "Pacific", "Atlantic", "Indian"}
    names = (zone for zone in zoneinfo.available_timezones() if zone.split("/")[0] in places)
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in sorted(names))]


class WorkspaceForm(forms.Form):
    """Name, language and zone of a workspace."""

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    name = forms.CharField(label=_("Workspace name"), max_length=120)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)
    country = forms.ChoiceField(label=_("Public holidays"), choices=COUNTRIES, required=False)
    missed_after_hours = forms.IntegerField(
        label=_("Ask before sending what is later than (hours)"),
        min_value=1,
        max_value=720,
        required=False,
        help_text=_("A post can be late when nothing could be sent for a while."),
    )


class FirstRunForm(forms.Form):
    """The first page: what a workspace needs, and a way to come back."""

    language = forms.ChoiceField(
        label=_("Language"), choices=LANGUAGES, widget=forms.RadioSelect, initial="ja"
    )
    name = forms.CharField(
        label=_("Workspace name"),
        max_length=120,
        help_text=_("Your company, shop or brand."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("To sign in later. You can leave it for now."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("Password"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters."),
    )


class InviteForm(forms.Form):
    """Somebody new in the workspace."""

    email = forms.EmailField(label=_("E-mail address"))
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=[(r.value, n) for r, n in ROLE_NAMES.items()])
    functions = forms.MultipleChoiceField(
        label=_("Only for"),
        choices=FUNCTIONS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Somebody of HR, for example, sees the hiring numbers but not the leads of sales. "
            "Choose nothing for the whole company."
        ),
    )


class TokenForm(forms.Form):
    """A key for a program."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("What will use it?"))
    days = forms.IntegerField(
        label=_("Valid for (days)"),
        required=False,
        min_value=1,
        max_value=3650,
        initial=90,
        help_text=_("Empty: until revoked."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("May do"),
        choices=[(permission.value, permission.value) for permission in Permission],
        widget=forms.CheckboxSelectMultiple,
    )


class MyZoneForm(forms.Form):
    """In which zone the user sees and types times."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=lambda: [("", _("As the workspace")), *time_zones()],
        help_text=_("For the times that you see and type. Slots and queues keep their own."),
    )


class MeForm(forms.Form):
    """The user's own name and way to sign in."""

    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters."),
    )
