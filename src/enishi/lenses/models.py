"""What people decide with the help of the lenses, and models that a worker computed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from enishi.accounts.models import Workspace
from enishi.channels.models import Channel
from enishi.kernel.ids import new_id
from enishi.lenses.core.approach import Approach, Kind, PlanState, TriggerState
from enishi.lenses.core.deciding import Purpose
from enishi.lenses.core.experiments import Arm, Factor, Outcome, TrialState
from enishi.lenses.core.needing import Verdict
from enishi.strategy.models import Objective

APPROACHES = [
    (Approach.ACCOUNT.value, _("Account: people come for who we are")),
    (Approach.CONTENT.value, _("Content: people come for what is said")),
    (Approach.HYBRID.value, _("Both")),
]
PURPOSES = [
    (Purpose.AWARENESS.value, _("Awareness")),
    (Purpose.TRAFFIC.value, _("Traffic to the site")),
    (Purpose.SALES.value, _("Sales")),
    (Purpose.LOYALTY.value, _("Loyalty")),
    (Purpose.SUPPORT.value, _("Customer support")),
    (Purpose.RECRUITING.value, _("Recruiting")),
]


FACTORS = [
    (Factor.FORMAT.value, _("Format")),
    (Factor.TIME.value, _("Time of posting")),
    (Factor.LENGTH.value, _("Length")),
    (Factor.HOOK.value, _("Opening (hook)")),
    (Factor.TOPIC.value, _("Topic")),
]


class _Row(models.Model):
    """What all have in common."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        abstract = True


class ApproachPlan(_Row):
    """How social media is approached: with which appeal, balance and mix (R015, R036, R037)."""

    title = models.CharField(_("title"), max_length=200)
    approach = models.CharField(max_length=8, choices=APPROACHES)
    state = models.CharField(max_length=8, default=PlanState.DRAFT.value)
    objective = models.ForeignKey(
        Objective, models.SET_NULL, null=True, blank=True, related_name="approaches"
    )
    channels = models.ManyToManyField(Channel, blank=True, related_name="+")
    topics = models.JSONField(default=list)
    """Words and hashtags by which posts of others are found."""
    influencers = models.PositiveIntegerField(default=0)
    networking = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    """The declared balance: 0 is all media, 100 all networking; null when not declared."""
    sns_share = models.PositiveSmallIntegerField(default=30, validators=[MaxValueValidator(100)])
    """The present mix: so many per cent of the effort go to SNS, the rest to CNS."""
    started_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "-at"], name="approach_newest")]

    def __str__(self) -> str:
        return self.title


class Trigger(_Row):
    """A rule of a plan that proposes another mix once its conditions are met."""

    plan = models.ForeignKey(ApproachPlan, models.CASCADE, related_name="triggers")
    state = models.CharField(max_length=8, default=TriggerState.WAITING.value)
    conditions = models.JSONField(default=list)
    """[{"metric": …, "least": …}]: all must hold."""
    proposed = models.PositiveSmallIntegerField(validators=[MaxValueValidator(100)])
    """The SNS share that it proposes."""
    replaced = models.PositiveSmallIntegerField(null=True)
    """The SNS share when it fired."""
    fired_at = models.DateTimeField(null=True)
    evidence = models.JSONField(default=dict)
    """What was read when it fired, by metric."""
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    reason = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.proposed} ({self.state})"


class Assessment(_Row):
    """Whether to use social media at all, as it was judged (R029)."""

    purpose = models.CharField(max_length=500)
    answers = models.JSONField(default=dict)
    verdict = models.CharField(max_length=8, choices=[(one, one) for one in Verdict])
    points = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)
    recheck_on = models.DateField()
    told_at = models.DateTimeField(null=True)
    """When people were told that it is time to ask again."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "-at"], name="assessment_newest")]

    def __str__(self) -> str:
        return f"{self.verdict}: {self.purpose}"


class EffortSplit(_Row):
    """How the hours are divided between conversations and content, and why (R040)."""

    purpose = models.CharField(max_length=12, choices=PURPOSES)
    hours = models.FloatField()
    suggested = models.FloatField()
    """The network's share that was suggested, 0 to 1."""
    chosen = models.FloatField()
    reason = models.TextField(blank=True)
    evidence = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "-at"], name="split_newest")]

    def __str__(self) -> str:
        return f"{self.purpose}: {self.chosen:.0%}"


class Trial(_Row):
    """Two ways tried against each other, with the rule by which it stops (R053)."""

    title = models.CharField(_("title"), max_length=200)
    factor = models.CharField(max_length=6, choices=FACTORS)
    hypothesis = models.TextField(blank=True)
    first = models.CharField(max_length=80)
    second = models.CharField(max_length=80)
    measure = models.CharField(max_length=11)
    per_arm = models.PositiveSmallIntegerField()
    ripe_days = models.PositiveSmallIntegerField()
    """A post counts from this many days after it came out."""
    state = models.CharField(max_length=9, default=TrialState.RUNNING.value)
    outcome = models.CharField(max_length=7, default=Outcome.OPEN.value)
    looks = models.JSONField(default=list)
    """What each look found, written down when it was made."""
    ended_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    """Why it was abandoned."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "-at"], name="trial_newest")]

    def __str__(self) -> str:
        return self.title


class TrialPost(models.Model):
    """A post that belongs to an arm of a trial."""

    trial = models.ForeignKey(Trial, models.CASCADE, related_name="posts")
    post = models.TextField()
    """The post's name in the log."""
    arm = models.CharField(max_length=1, choices=[(one.value, one.value) for one in Arm])
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["trial", "post"], name="one_arm_each")
        ]

    def __str__(self) -> str:
        return f"{self.post}: {self.arm}"


class Support(_Row):
    """An advertisement or another account that helped a post (R082)."""

    post = models.TextField()
    """The post's name in the log."""
    kind = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Kind])

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "post", "kind"], name="one_support_of_each_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.post} ({self.kind})"


class Placement(_Row):
    """An item whose place among the levels a person chose (R039)."""

    metric = models.CharField(max_length=60)
    subject = models.TextField()
    place = models.CharField(max_length=10)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "metric", "subject"], name="one_place_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.subject}: {self.place}"


class Audit(_Row):
    """What a person found out about a jump in followers (R041)."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    day = models.DateField()
    is_genuine = models.BooleanField()
    note = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "day"], name="one_audit_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.day}"


class PowerReading(models.Model):
    """The mixed model of a workspace's posts, as a worker last computed it (R083)."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, primary_key=True, related_name="+")
    computed_at = models.DateTimeField()
    revision = models.CharField(max_length=64)
    """Digest of the log's state and the day: another one makes it out of date."""
    first = models.DateField()
    last = models.DateField()
    answer = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.workspace_id}: {self.computed_at:%Y-%m-%d}"
