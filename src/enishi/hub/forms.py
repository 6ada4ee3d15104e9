"""What members type into the pages of the hub."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from enishi.hub.models import Scheme

_TEXT = {"class": "form-control"}


class LooksForm(forms.Form):
    """How the hub looks, and what visitors may do."""

    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs=_TEXT))
    tagline = forms.CharField(
        label=_("Tagline"), max_length=160, required=False, widget=forms.TextInput(attrs=_TEXT)
    )
    about = forms.CharField(
        label=_("About us"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs=_TEXT | {"rows": 4}),
    )
    logo = forms.FileField(
        label=_("Logo"), required=False, widget=forms.FileInput(attrs=_TEXT | {"accept": "image/*"})
    )
    cover = forms.FileField(
        label=_("Cover picture"),
        required=False,
        help_text=_("Three times as wide as high looks best."),
        widget=forms.FileInput(attrs=_TEXT | {"accept": "image/*"}),
    )
    cover_alt = forms.CharField(
        label=_("What the cover shows"),
        max_length=300,
        required=False,
        help_text=_("For people who do not see it."),
        widget=forms.TextInput(attrs=_TEXT),
    )
    accent = forms.CharField(
        label=_("Accent colour"),
        max_length=7,
        help_text=_("Where it would be hard to read, a darker or lighter shade of it is used."),
        widget=forms.TextInput(attrs={"type": "color", "class": "form-control form-control-color"}),
    )
    scheme = forms.ChoiceField(
        label=_("Light or dark"),
        choices=Scheme.choices,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    website = forms.URLField(
        label=_("Website"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs=_TEXT),
    )
    footer = forms.CharField(
        label=_("Line at the foot"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs=_TEXT),
    )
    comments_open = forms.BooleanField(
        label=_("Visitors may comment (you decide what appears)"), required=False
    )
    letters_open = forms.BooleanField(
        label=_("Visitors may have new posts sent by e-mail"), required=False
    )
    discoverable = forms.BooleanField(label=_("Search engines may show the hub"), required=False)


class LinkForm(forms.Form):
    """One line of the link page."""

    title = forms.CharField(label=_("Title"), max_length=120, widget=forms.TextInput(attrs=_TEXT))
    url = forms.URLField(
        label=_("Address"),
        max_length=1000,
        assume_scheme="https",
        widget=forms.URLInput(attrs=_TEXT | {"placeholder": "https://"}),
    )


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"} | _TEXT, format="%Y-%m-%dT%H:%M")


class InvitationForm(forms.Form):
    """A new event."""

    title = forms.CharField(label=_("Title"), max_length=200, widget=forms.TextInput(attrs=_TEXT))
    start = forms.DateTimeField(
        label=_("Begins"), widget=_moment(), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
    )
    end = forms.DateTimeField(
        label=_("Ends"),
        required=False,
        widget=_moment(),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    place = forms.CharField(
        label=_("Place"), max_length=300, required=False, widget=forms.TextInput(attrs=_TEXT)
    )
    text = forms.CharField(
        label=_("Text"), max_length=20000, widget=forms.Textarea(attrs=_TEXT | {"rows": 5})
    )


class RegistrationForm(forms.Form):
    """How people register for an event."""

    is_open = forms.BooleanField(label=_("Registration is open"), required=False)
    capacity = forms.IntegerField(
        label=_("Seats"),
        min_value=1,
        max_value=100_000,
        required=False,
        help_text=_("Empty: as many as like."),
        widget=forms.NumberInput(attrs=_TEXT),
    )
    consent = forms.CharField(
        label=_("What people agree to"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs=_TEXT | {"rows": 3}),
    )
    remind_hours = forms.IntegerField(
        label=_("Remind how many hours before (0: never)"),
        min_value=0,
        max_value=720,
        widget=forms.NumberInput(attrs=_TEXT),
    )


class HostForm(forms.Form):
    """A host name of the hub's own."""

    host = forms.CharField(
        label=_("Own host name"),
        max_length=253,
        required=False,
        help_text=_(
            "Such as social.example.com, once its name leads to this server. It can be chosen"
            " until the first post or follower; empty: the hub lies at the installation's name."
        ),
        widget=forms.TextInput(attrs=_TEXT),
    )
