"""What members type about the hub's company; the actions decide whether it will do."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from enishi.hub.models import Verdict
from enishi.hub.models.people import Quarantine

_LARGEST = 2_000_000


def _text(placeholder: str = "") -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", "placeholder": placeholder})


class FindForm(forms.Form):
    """Somebody to follow."""

    address = forms.CharField(
        label=_("Account"), max_length=500, widget=_text("@name@example.com"), strip=True
    )


class BlockForm(forms.Form):
    """A decision about a server or an account."""

    target = forms.CharField(
        label=_("Server or account"),
        max_length=500,
        help_text=_("A server (with all below it), or @name@example.com."),
        widget=_text("example.com"),
    )
    verdict = forms.ChoiceField(
        label=_("What to do"),
        choices=Verdict.choices,
        initial=Verdict.BLOCK,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    comment = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        help_text=_("For colleagues; it goes into exported lists, too."),
        widget=_text(),
    )


class ListForm(forms.Form):
    """A block list, as a file or, the second time, as its words."""

    file = forms.FileField(
        label=_("Block list (CSV)"),
        required=False,
        help_text=_("As Mastodon exports it, or one server on each line."),
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".csv,.txt,text/csv"}),
    )
    text = forms.CharField(
        required=False, max_length=_LARGEST, strip=False, widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, object]:
        given: dict[str, object] = super().clean() or {}
        if not given.get("file") and not given.get("text"):
            self.add_error("file", _("Choose a file."))
        elif (file := given.get("file")) and file.size > _LARGEST:  # type: ignore[attr-defined]
            self.add_error("file", _("The list is too long."))
        return given

    def words(self) -> str:
        """The list."""
        file = self.cleaned_data.get("file")
        if file:
            return str(file.read().decode("utf-8", errors="replace"))
        return str(self.cleaned_data["text"])


class MannerForm(forms.Form):
    """How open the hub is."""

    locked = forms.BooleanField(
        label=_("Ask before somebody follows"),
        required=False,
        help_text=_("New followers wait until you agree."),
    )
    signed_reads = forms.BooleanField(
        label=_("Let only signed requests read"),
        required=False,
        help_text=_(
            "Blocked servers cannot read posts either. Some small servers lose sight of you; "
            "the public pages stay open."
        ),
    )
    quarantine = forms.ChoiceField(
        label=_("Whose first words wait for you"),
        choices=Quarantine.choices,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    allowed_only = forms.BooleanField(
        label=_("Federate with allowed servers only"),
        required=False,
        help_text=_("All others are refused; allow servers on the page of blocks."),
    )


class AccountForm(forms.Form):
    """An account for a person who writes."""

    name = forms.CharField(label=_("Name"), max_length=200, widget=_text())
    handle = forms.CharField(
        label=_("Handle"),
        max_length=31,
        help_text=_("Letters a–z, digits, underscores. It cannot be changed."),
        widget=_text("hanako"),
    )
