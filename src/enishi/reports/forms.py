"""What people type into the pages of reports."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from enishi.accounts import queries as accounts
from enishi.accounts.models import LANGUAGES
from enishi.accounts.permissions import Actor
from enishi.analytics.kpi import KPIS
from enishi.reports import scopes
from enishi.reports.actions import Plan
from enishi.reports.core.asking import Asked
from enishi.reports.core.formats import Format
from enishi.reports.core.timing import Every
from enishi.reports.models import EVERY, FORMATS
from enishi.reports.words import WEEKDAYS
from enishi.strategy.texts import kpi_name

_DAY = forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d")


class AnnotationForm(forms.Form):
    """A remark on a day."""

    day = forms.DateField(label=_("Day"), widget=_DAY)
    text = forms.CharField(
        label=_("What happened"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=_("It stands in the charts: “TV show”, “New menu”, “System trouble”."),
    )
    channel = forms.ChoiceField(
        label=_("Channel"),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    metric = forms.ChoiceField(
        label=_("KPI"), required=False, widget=forms.Select(attrs={"class": "form-select"})
    )

    def __init__(self, *arguments: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, **more)
        channels = [(str(one.id), str(one)) for one in scopes.channels_of(actor)]
        self.fields["channel"].choices = [("", _("All channels")), *channels]  # type: ignore[attr-defined]
        kpis = [(key, kpi_name(key)) for key in KPIS]
        self.fields["metric"].choices = [("", _("All KPIs")), *kpis]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """As the action takes them."""
        given = self.cleaned_data
        return {
            "day": given["day"],
            "text": given["text"],
            "channel_id": UUID(given["channel"]) if given["channel"] else None,
            "metric": given["metric"],
        }


class ViewForm(forms.Form):
    """A saved view's name, and who may open it."""

    name = forms.CharField(
        label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    is_shared = forms.BooleanField(
        label=_("Share it with the workspace"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )


class ScheduleForm(forms.Form):
    """A report by e-mail."""

    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    recipients = forms.CharField(
        label=_("Recipients"),
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
        help_text=_("One e-mail address a line. They need no account here."),
    )
    every = forms.ChoiceField(
        label=_("How often"),
        choices=EVERY,
        initial=Every.WEEK,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    weekday = forms.TypedChoiceField(
        label=_("On (every week)"),
        choices=tuple(enumerate(WEEKDAYS)),
        coerce=int,
        initial=0,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    month_day = forms.IntegerField(
        label=_("On day (every month)"),
        min_value=1,
        max_value=31,
        initial=1,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
        help_text=_("In shorter months: their last day."),
    )
    wall_time = forms.TimeField(
        label=_("At"),
        initial="09:00",
        widget=forms.TimeInput(attrs={"type": "time", "class": "form-control"}, format="%H:%M"),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text=_("The clock there counts, in summer and in winter."),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=LANGUAGES, widget=forms.Select(attrs={"class": "form-select"})
    )
    formats = forms.MultipleChoiceField(
        label=_("Attached as"),
        choices=FORMATS,
        initial=[Format.PDF],
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=_("A few words above the numbers"),
        required=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3}),
    )

    def __init__(self, *arguments: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*arguments, **more)
        zones = [(name, name) for name in sorted(available_timezones())]
        self.fields["time_zone"].choices = zones  # type: ignore[attr-defined]
        workspace = accounts.workspace(actor)
        self.fields["time_zone"].initial = workspace.time_zone
        self.fields["language"].initial = workspace.language

    def plan(self, asked: Asked) -> Plan:
        """As the action takes it."""
        given = self.cleaned_data
        return Plan(
            name=given["name"],
            asked=asked,
            recipients=given["recipients"].replace(",", "\n").splitlines(),
            time_zone=given["time_zone"],
            language=given["language"],
            every=Every(given["every"]),
            weekday=given["weekday"],
            month_day=given["month_day"],
            wall_time=given["wall_time"],
            formats=given["formats"],
            note=given["note"],
        )
