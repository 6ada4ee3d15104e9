"""What people type about plans, rules and assessments; the actions decide whether it will do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from enishi.accounts.permissions import Actor
from enishi.analytics.kpi import KPIS
from enishi.lenses import words
from enishi.lenses.core.experiments import LEAST_PER_ARM, MOST_PER_ARM
from enishi.lenses.core.needing import Question
from enishi.lenses.core.stages import QUALITY_FOLLOWERS
from enishi.lenses.inputs import PlanInput
from enishi.lenses.models import APPROACHES, FACTORS, ApproachPlan
from enishi.strategy import queries as strategy
from enishi.strategy.models import Objective
from enishi.strategy.texts import kpi_name


class PlanForm(forms.Form):
    """A plan of approach."""

    title = forms.CharField(label=_("Title"), max_length=200)
    approach = forms.ChoiceField(label=_("Approach"), choices=APPROACHES)
    topics = forms.CharField(
        label=_("Topics"),
        required=False,
        help_text=_("Words or hashtags, separated by commas. Posts of others are found by them."),
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels"), required=False, widget=forms.CheckboxSelectMultiple
    )
    objective = forms.ChoiceField(label=_("Objective"), required=False)
    influencers = forms.IntegerField(label=_("Influencers"), min_value=0, initial=0)
    networking = forms.IntegerField(
        label=_("Declared balance (0 media – 100 networking)"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=_("It is compared with what you do. Leave it empty to declare nothing."),
    )
    sns_share = forms.IntegerField(
        label=_("Effort for SNS in % (the rest goes to CNS)"),
        min_value=0,
        max_value=100,
        initial=30,
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channels = [(str(one.id), one.name) for one in strategy.channels(actor)]
        self.fields["channels"].choices = channels  # type: ignore[attr-defined]
        rows = Objective.objects.filter(workspace_id=actor.workspace_id).order_by("position")
        chosen = [("", _("None")), *((str(one.id), one.title) for one in rows)]
        self.fields["objective"].choices = chosen  # type: ignore[attr-defined]

    @staticmethod
    def of(row: ApproachPlan) -> dict[str, Any]:
        """The fields of a plan."""
        return {
            "title": row.title,
            "approach": row.approach,
            "topics": ", ".join(row.topics),
            "channels": [str(one.id) for one in row.channels.all()],
            "objective": str(row.objective_id or ""),
            "influencers": row.influencers,
            "networking": row.networking,
            "sns_share": row.sns_share,
        }

    def given(self) -> PlanInput:
        """What was typed."""
        data = self.cleaned_data
        return PlanInput(
            title=data["title"],
            approach=data["approach"],
            topics=data["topics"].replace("、", ",").split(","),
            channel_ids=tuple(UUID(one) for one in data["channels"]),
            objective_id=UUID(data["objective"]) if data["objective"] else None,
            influencers=data["influencers"],
            networking=data["networking"],
            sns_share=data["sns_share"],
        )


def _metrics() -> list[tuple[str, object]]:
    return [
        ("", "–"),
        (QUALITY_FOLLOWERS, words.METRICS[QUALITY_FOLLOWERS]),
        *((key, kpi_name(key)) for key in KPIS),
    ]


class RuleForm(forms.Form):
    """A rule with up to two conditions. Rates are typed in per cent."""

    metric1 = forms.ChoiceField(label=_("When"), choices=_metrics)
    least1 = forms.FloatField(label=_("is at least"), min_value=0)
    metric2 = forms.ChoiceField(label=_("and"), choices=_metrics, required=False)
    least2 = forms.FloatField(label=_("is at least"), min_value=0, required=False)
    proposed = forms.IntegerField(
        label=_("propose this share for SNS (%)"), min_value=0, max_value=100, initial=50
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("metric2")) != (data.get("least2") is not None):
            self.add_error("least2", _("A second condition needs both a number and its KPI."))
        return data

    def conditions(self) -> list[tuple[str, float]]:
        """Metric and least value of each condition; per cent become shares."""
        data = self.cleaned_data
        pairs = [(data["metric1"], data["least1"]), (data["metric2"], data["least2"])]
        return [
            (metric, value / 100 if is_share(metric) else value)
            for metric, value in pairs
            if metric
        ]


def is_share(metric: str) -> bool:
    """Whether people write a metric in per cent."""
    return metric in KPIS and KPIS[metric].definition.unit == "ratio"


class TrialForm(forms.Form):
    """Two ways to be tried against each other."""

    title = forms.CharField(label=_("Title"), max_length=200)
    factor = forms.ChoiceField(
        label=_("What differs"),
        choices=FACTORS,
        help_text=_("Keep everything else the same."),
    )
    first = forms.CharField(label=_("Way A"), max_length=80)
    second = forms.CharField(label=_("Way B"), max_length=80)
    hypothesis = forms.CharField(
        label=_("What you expect, and why"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    measure = forms.ChoiceField(label=_("Judged by"), choices=words.trial_measures)
    per_arm = forms.IntegerField(
        label=_("Posts for each way"),
        min_value=LEAST_PER_ARM,
        max_value=MOST_PER_ARM,
        initial=12,
        help_text=_("Fixed from the start, as is the rule for stopping early."),
    )
    ripe_days = forms.IntegerField(
        label=_("A post counts after (days)"), min_value=1, max_value=60, initial=3
    )


class AssessmentForm(forms.Form):
    """Seven questions, each with three answers."""

    about = forms.CharField(
        label=_("What would it be for?"),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in Question:
            self.fields[question.value] = forms.TypedChoiceField(
                label=str(words.QUESTIONS[question]),
                choices=words.ANSWERS,
                coerce=int,
                widget=forms.RadioSelect,
            )
        self.fields["note"] = forms.CharField(
            label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3})
        )
        self.fields["recheck_on"] = forms.DateField(
            label=_("Ask again on"),
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}),
            help_text=_("Left empty: after 6 months for a no, 3 for a trial, a year for a go."),
        )

    def given(self) -> dict[str, Any]:
        """What was answered."""
        data = self.cleaned_data
        return {
            "purpose": data["about"],
            "answers": {question.value: data[question.value] for question in Question},
            "note": data["note"],
            "recheck_on": data["recheck_on"],
        }
