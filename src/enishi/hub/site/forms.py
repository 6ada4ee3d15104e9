"""What visitors type."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class TrapForm(forms.Form):
    """A field that people do not see and programs fill in."""

    homepage = forms.CharField(required=False, widget=forms.HiddenInput)
    token = forms.CharField(required=False, widget=forms.HiddenInput)

    def is_trapped(self) -> bool:
        """Whether a program wrote it."""
        return bool(self.data.get("homepage"))


class CommentForm(TrapForm):
    """A comment."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    text = forms.CharField(
        label=_("Comment"), max_length=4000, widget=forms.Textarea(attrs={"rows": 7})
    )


class SubscribeForm(TrapForm):
    """An address for letters."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class RegisterForm(TrapForm):
    """Somebody who comes to an event."""

    name = forms.CharField(
        label=_("Your name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("For the confirmation and a reminder, nothing else."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    note = forms.CharField(
        label=_("Anything we should know"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
