"""The lenses' codes in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enishi.lenses.core.approach import Kind, Missing, PlanState, TriggerState
from enishi.lenses.core.balance import Indicator
from enishi.lenses.core.deciding import Verdict as Evidence
from enishi.lenses.core.experiments import Outcome, TrialState
from enishi.lenses.core.levels import Place
from enishi.lenses.core.needing import Question, Verdict
from enishi.lenses.core.plausible import Likelihood
from enishi.lenses.core.sight import Group, Lens

LENSES: Mapping[Lens, object] = {Lens.NETWORK: _("Network"), Lens.MEDIA: _("Media")}
INDICATORS: Mapping[Indicator, tuple[object, object]] = {
    Indicator.FOCUS: (_("Focus"), _("our answers ÷ (our posts + our answers)")),
    Indicator.GOAL: (
        _("Goal"),
        _("(posts that ask or name somebody + ½ × posts that do neither nor hold a link) ÷ posts"),
    ),
    Indicator.STYLE: (_("Style"), _("two-way threads ÷ (two-way threads + our posts)")),
    Indicator.AUDIENCE: (
        _("Audience"),
        _("acts of people who came on two days or more ÷ acts of all known people"),
    ),
    Indicator.TIMELINESS: (
        _("Timeliness"),
        _("messages answered within 24 hours ÷ messages received"),
    ),
}
ENDS: Mapping[Indicator, tuple[object, object]] = {
    Indicator.FOCUS: (_("content"), _("people")),
    Indicator.GOAL: (_("marketing"), _("discussion")),
    Indicator.STYLE: (_("broadcast"), _("two-way")),
    Indicator.AUDIENCE: (_("the many"), _("particular people")),
    Indicator.TIMELINESS: (_("whenever"), _("at once")),
}
"""What 0 and 100 of each indicator mean."""
GROUPS: Mapping[Group, object] = {
    Group.TIES: _("Ties: follows and unfollows"),
    Group.CONVERSATIONS: _("Conversations"),
    Group.APPROVAL: _("Approval: likes and reshares of people"),
    Group.BUSINESS: _("Searches, clicks, leads, purchases"),
    Group.BROADCASTS: _("What we broadcast"),
    Group.POSTS: _("Our posts"),
    Group.SPREAD: _("Spread: reshares"),
    Group.REACTIONS: _("Reactions: likes"),
    Group.COMMENTS: _("Comments and answers"),
    Group.VIEWS: _("Views"),
    Group.PEOPLE: _("About people, not posts"),
    Group.HOUSE: _("In the house: plans, drafts, settings"),
    Group.OTHER: pgettext_lazy("group of events", "Other"),
}
SOURCES: Mapping[str, object] = {
    "followers": _("Followers"),
    "reshares": _("Reshares"),
    "recommendation": _("Recommendation"),
    "hashtag": _("Hashtags"),
    "search": _("Search"),
    "paid": _("Paid"),
    "unknown": _("Unknown source"),
}
PLACES: Mapping[Place, object] = {
    Place.MARKETING: _("Marketing"),
    Place.SOCIAL: _("Social media marketing"),
    Place.SNS: _("SNS marketing"),
    Place.CNS: _("CNS marketing"),
    Place.OTHER: _("Neither SNS nor CNS"),
    Place.ELSEWHERE: _("Outside social media"),
}
METRICS: Mapping[str, object] = {
    "spend": _("Ad spend"),
    "labour_cost": _("Labour cost"),
    "other_cost": _("Other cost"),
    "revenue": _("Revenue"),
    "gross_profit": _("Gross profit"),
    "leads": _("Leads"),
    "purchases": _("Purchases"),
    "replies": _("Replies"),
    "reach": _("Reach"),
    "clicks": _("Clicks"),
    "quality_followers": _("Quality followers"),
}
EVIDENCE: Mapping[Evidence, object] = {
    Evidence.INSUFFICIENT: _("Insufficient data"),
    Evidence.UNCLEAR: _("No clear difference"),
    Evidence.SNS: _("SNS: what people pass on does better"),
    Evidence.CNS: _("CNS: what content brings in does better"),
}
QUESTIONS: Mapping[Question, object] = {
    Question.AUDIENCE: _("Are the people you want to reach on social media?"),
    Question.RESOURCES: _("Is there somebody with hours for it each week?"),
    Question.PURPOSE: _("Is there a goal that social media can serve?"),
    Question.CONTENT: _("Is there something to show or tell, again and again?"),
    Question.ANSWERING: _("Can somebody answer what people write?"),
    Question.RISK: _("Are the rules and risks of your trade under control?"),
    Question.MEASURING: _("Can the result be measured?"),
}
AGAINST: Mapping[Question, object] = {
    Question.AUDIENCE: _("The people you want to reach are hardly there."),
    Question.RESOURCES: _("Nobody has hours for it."),
    Question.PURPOSE: _("No goal needs social media."),
    Question.CONTENT: _("There is too little to show or tell."),
    Question.ANSWERING: _("Nobody could answer what people write."),
    Question.RISK: _("Rules and risks of the trade are not under control."),
    Question.MEASURING: _("The result could not be measured."),
}
ANSWERS: tuple[tuple[int, object], ...] = (
    (2, pgettext_lazy("answer", "Yes")),
    (1, pgettext_lazy("answer", "Partly")),
    (0, pgettext_lazy("answer", "No")),
)
VERDICTS: Mapping[Verdict, object] = {
    Verdict.GO: _("Go"),
    Verdict.PILOT: _("Try it small first"),
    Verdict.NO_GO: _("Do not use now"),
}
VERDICT_TONES: Mapping[Verdict, str] = {
    Verdict.GO: "good",
    Verdict.PILOT: "warn",
    Verdict.NO_GO: "bad",
}
LIKELIHOODS: Mapping[Likelihood, object] = {
    Likelihood.UNKNOWN: _("Cannot be judged"),
    Likelihood.WITHIN: _("Within your best"),
    Likelihood.STRETCH: _("A stretch"),
    Likelihood.IMPLAUSIBLE: _("Implausible"),
}
LIKELIHOOD_TONES: Mapping[Likelihood, str] = {
    Likelihood.UNKNOWN: "quiet",
    Likelihood.WITHIN: "good",
    Likelihood.STRETCH: "warn",
    Likelihood.IMPLAUSIBLE: "bad",
}
PLAN_STATES: Mapping[PlanState, object] = {
    PlanState.DRAFT: pgettext_lazy("state of a plan", "Not started"),
    PlanState.RUNNING: pgettext_lazy("state of a plan", "Running"),
    PlanState.CLOSED: pgettext_lazy("state of a plan", "Closed"),
}
TRIGGER_STATES: Mapping[TriggerState, object] = {
    TriggerState.WAITING: pgettext_lazy("state of a rule", "Waiting"),
    TriggerState.PROPOSED: pgettext_lazy("state of a rule", "Proposes a shift"),
    TriggerState.ACCEPTED: pgettext_lazy("state of a rule", "Accepted"),
    TriggerState.REFUSED: pgettext_lazy("state of a rule", "Refused"),
}
MISSING: Mapping[Missing, object] = {
    Missing.CHANNELS: _("an account: choose the channels"),
    Missing.TOPICS: _("a topic: name words or hashtags"),
}
KINDS: Mapping[Kind, object] = {Kind.AD: _("Advertisement"), Kind.ACCOUNT: _("Another account")}
OUTCOMES: Mapping[Outcome, object] = {
    Outcome.OPEN: _("No result yet"),
    Outcome.FIRST: _("%(first)s does better"),
    Outcome.SECOND: _("%(second)s does better"),
    Outcome.UNCLEAR: _("No clear difference"),
}
TRIAL_STATES: Mapping[TrialState, object] = {
    TrialState.RUNNING: pgettext_lazy("state of a trial", "Running"),
    TrialState.STOPPED: pgettext_lazy("state of a trial", "Stopped early by its rule"),
    TrialState.ENDED: pgettext_lazy("state of a trial", "Over, with all its posts"),
    TrialState.ABANDONED: pgettext_lazy("state of a trial", "Given up"),
}
BASES: Mapping[str, object] = {
    "reach": _("by reach"),
    "impressions": _("by impressions"),
    "followers": _("by followers on the day"),
    "views": _("by views"),
}


def trial_measures() -> list[tuple[str, object]]:
    """By what a trial can judge its posts."""
    rates = [(base, _("Engagement rate %(base)s") % {"base": name}) for base, name in BASES.items()]
    return [*rates, ("engagements", _("Number of engagements"))]
