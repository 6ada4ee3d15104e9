"""What people type about a node; the actions decide whether it will do."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enishi.accounts.permissions import Actor
from enishi.analytics.kpi import KPIS
from enishi.analytics.metrics.definition import Unit
from enishi.kernel import money
from enishi.strategy import queries, texts
from enishi.strategy.core.nodes import Level, Status
from enishi.strategy.core.thresholds import RANGES, USUAL, Limits
from enishi.strategy.inputs import Details, Measure
from enishi.strategy.kpi_words import PACKS
from enishi.strategy.models import (
    BOXES,
    FUNCTIONS,
    OBJECTIVE_TYPES,
    PILLARS,
    PRIORITIES,
    PURPOSES,
    SCOPES,
    STATUSES,
)
from enishi.strategy.queries.resources import plan_settings
from enishi.strategy.values import Choice


class NumberField(forms.CharField):
    """A number as people write it: 4,200 or ４２００ or 3.5 %."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        text = unicodedata.normalize("NFKC", str(value or "")).strip(" %+").replace(",", "")
        if not text:
            return None
        try:
            return float(text)
        except ValueError as error:
            raise forms.ValidationError(_("This is not a number.")) from error

    def validate(self, value: Any) -> None:
        if self.required and value is None:
            raise forms.ValidationError(self.error_messages["required"])

    def run_validators(self, value: Any) -> None:
        """A number has none of a text's validators."""


class NodeForm(forms.Form):
    """Title, description, owner, status: what every node has."""

    title = forms.CharField(label=_("Title"), max_length=200)
    description = forms.CharField(
        label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    owner = forms.ChoiceField(label=_("Person in charge"), required=False)
    status = forms.ChoiceField(label=_("Status"), choices=STATUSES, initial=Status.ACTIVE.value)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        _choose(self, "owner", queries.owners(actor), _("Nobody"))

    def details(self) -> Details:
        """The valid form as actions take it."""
        given = self.cleaned_data
        owner_id = UUID(given["owner"]) if given["owner"] else None
        return Details(given["title"], given["description"], owner_id, given["status"])

    def measure(self) -> Measure | None:
        """Only objectives are measured."""
        return None

    def facets(self) -> dict[str, Any]:
        """What the node says beyond that; choices that were not offered stay as they are."""
        return {}


class GoalForm(NodeForm):
    """A goal stands on one of the three pillars."""

    pillar = forms.ChoiceField(label=_("Pillar"), choices=PILLARS, required=False)
    review_on = forms.DateField(
        label=_("Next review"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def facets(self) -> dict[str, Any]:
        given = self.cleaned_data
        pillar = {"pillar": given["pillar"]} if given["pillar"] else {}
        return pillar | {"review_on": given["review_on"]}


_LINES = {"rows": 2}


class StrategyForm(NodeForm):
    """What, who, how, why; what it may cost."""

    what = forms.CharField(
        label=_("What do we use?"), required=False, widget=forms.Textarea(attrs=_LINES)
    )
    who = forms.CharField(
        label=_("Who does it, and for whom?"), required=False, widget=forms.Textarea(attrs=_LINES)
    )
    how = forms.CharField(
        label=_("How do we use it?"), required=False, widget=forms.Textarea(attrs=_LINES)
    )
    why = forms.CharField(
        label=_("Why will it win minds, hearts and business?"),
        required=False,
        widget=forms.Textarea(attrs=_LINES),
    )
    scope = forms.ChoiceField(
        label=_("Operation or marketing"),
        choices=[("", _("Not tagged yet")), *SCOPES],
        required=False,
    )
    budget = forms.CharField(
        label=_("Budget"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=_("For its whole time. What goes beyond it needs an approver."),
    )

    def clean_budget(self) -> int | None:
        text = str(self.cleaned_data["budget"])
        if not text.strip():
            return None
        found = money.to_minor(text, plan_settings(self.actor).currency)
        if found is None:
            raise forms.ValidationError(_("This is not an amount."))
        return found

    def facets(self) -> dict[str, Any]:
        names = ("what", "who", "how", "why", "scope", "budget")
        return {name: self.cleaned_data[name] for name in names}


class TacticForm(NodeForm):
    """Operation or marketing, and how important."""

    scope = forms.ChoiceField(
        label=_("Operation or marketing"),
        choices=[("", _("Not tagged yet")), *SCOPES],
        required=False,
    )
    priority = forms.ChoiceField(
        label=_("Priority"),
        choices=PRIORITIES,
        required=False,
        help_text=_("When time does not suffice, what could be done is dropped first."),
    )

    def facets(self) -> dict[str, Any]:
        given = self.cleaned_data
        priority = {"priority": given["priority"]} if given["priority"] else {}
        return priority | {"scope": given["scope"]}


class ObjectiveForm(NodeForm):
    """A node with a KPI, a way to go, and two dates."""

    metric = forms.ChoiceField(label=_("KPI"), required=False)
    baseline = NumberField(
        label=_("Starting value"), required=False, help_text=_("Rates in per cent: 3.5")
    )
    target = NumberField(label=_("Target value"), required=False)
    start = forms.DateField(
        label=_("First day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    end = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    relevance = forms.CharField(
        label=_("Why it matters"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Empty: it serves the goal above it."),
    )
    channels = forms.MultipleChoiceField(
        label=_("Measured on"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: on all channels."),
    )
    upstream = forms.ChoiceField(
        label=_("Second level of"),
        required=False,
        help_text=_("For example customers, out of the leads of another objective."),
    )

    kind = forms.ChoiceField(
        label=_("What it is to bring"),
        choices=[("", _("Something else")), *OBJECTIVE_TYPES],
        required=False,
        help_text=_("Brings its KPIs with it; change them on the objective’s page."),
    )
    purpose = forms.ChoiceField(
        label=_("Business purpose"), choices=[("", _("Not chosen yet")), *PURPOSES], required=False
    )
    function = forms.ChoiceField(
        label=_("For which part of the company"),
        choices=[("", _("Not chosen yet")), *FUNCTIONS],
        required=False,
    )
    boxes = forms.MultipleChoiceField(
        label=_("Boxes of the business canvas that it serves"),
        choices=BOXES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, objective_id: UUID | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        metric = self.fields["metric"]
        assert isinstance(metric, forms.ChoiceField)  # noqa: S101 - for the type checker
        metric.choices = [("", _("Not chosen yet")), *kpi_choices()]
        channels = self.fields["channels"]
        assert isinstance(channels, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        channels.choices = [(str(one.id), one.name) for one in queries.channels(self.actor)]
        above = queries.upstreams(self.actor, but=objective_id)
        _choose(self, "upstream", above, _("No other objective"))

    def measure(self) -> Measure:
        given = self.cleaned_data
        scale = scale_of(given["metric"])
        return Measure(
            metric=given["metric"],
            baseline=_times(given["baseline"], 1 / scale),
            target=_times(given["target"], 1 / scale),
            start=given["start"],
            end=given["end"],
            relevance=given["relevance"],
            channel_ids=tuple(UUID(one) for one in given["channels"]),
            upstream_id=UUID(given["upstream"]) if given["upstream"] else None,
        )

    def facets(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("kind", "purpose", "function", "boxes")}


def kpi_choices() -> list[tuple[object, list[tuple[str, str]]]]:
    """The KPIs by pack."""
    groups: defaultdict[object, list[tuple[str, str]]] = defaultdict(list)
    for key, kpi in KPIS.items():
        groups[PACKS[kpi.definition.pack]].append((key, texts.kpi_name(key)))
    return list(groups.items())


def initial_of(details: Details, measure: Measure | None = None) -> dict[str, Any]:
    """What a form shows before anybody typed."""
    values: dict[str, Any] = {
        "title": details.title,
        "description": details.description,
        "owner": str(details.owner_id or ""),
        "status": details.status,
    }
    if measure is None:
        return values
    scale = scale_of(measure.metric)
    return values | {
        "metric": measure.metric,
        "baseline": _shown(_times(measure.baseline, scale)),
        "target": _shown(_times(measure.target, scale)),
        "start": measure.start,
        "end": measure.end,
        "relevance": measure.relevance,
        "channels": [str(one) for one in measure.channel_ids],
        "upstream": str(measure.upstream_id or ""),
    }


def form_class(level: Level) -> type[NodeForm]:
    """The form of a level."""
    forms_of: dict[Level, type[NodeForm]] = {
        Level.GOAL: GoalForm,
        Level.STRATEGY: StrategyForm,
        Level.OBJECTIVE: ObjectiveForm,
        Level.TACTIC: TacticForm,
    }
    return forms_of[level]


def scale_of(metric: str) -> float:
    """Ratios are typed in per cent."""
    return 100.0 if metric in KPIS and KPIS[metric].definition.unit is Unit.RATIO else 1.0


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _shown(value: float | None) -> str:
    return "" if value is None else f"{round(value, 4):g}" if abs(value) < 1 else f"{value:,.10g}"


def _choose(form: forms.Form, name: str, choices: Sequence[Choice], nobody: object) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
    field.choices = [("", nobody), *((str(one.id), one.name) for one in choices)]


_LIMIT_LABELS = {
    "stale_days": _("A KPI is silent after (days)"),
    "small_cases": _("A rate is called small below (cases)"),
    "implausible": _("A target is implausible from (best months in one)"),
    "balance_gap": _("Plan and behaviour lie apart from (1 = 100 %)"),
    "posts_per_arm": _("SNS or CNS: least posts of each"),
    "posts_per_lift": _("Support: least posts with and without"),
    "jump_times": _("A jump in followers: times the usual daily change"),
    "jump_least": _("A jump in followers: at least"),
}


class ThresholdsForm(forms.Form):
    """The limits of a workspace; an empty field stands for the usual one."""

    def __init__(self, *args: Any, kept: Limits, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in _LIMIT_LABELS.items():
            usual, now = getattr(USUAL, name), getattr(kept, name)
            least, most = RANGES[name]
            self.fields[name] = forms.FloatField(
                label=label,
                required=False,
                min_value=least,
                max_value=most,
                initial=None if now == usual else f"{now:g}",
                help_text=gettext("usual: %(value)s") % {"value": f"{usual:g}"},
            )
