"""What a social programme brings beyond marketing: ideas, knowledge, money, people, savings.

No network reports these; people note them (`activities.noting`), each note about a subject of
its own: a week, a campaign, an order.
"""

from __future__ import annotations

from enishi.analytics.catalogue.defining import marketing
from enishi.analytics.kpis.amounts import AmountKpi
from enishi.analytics.kpis.quotients import QuotientKpi
from enishi.analytics.metrics.definition import Better, Grain, Unit
from enishi.analytics.metrics.definition import gettext_noop as _
from enishi.analytics.readings import Kpi


def _noted(
    key: str,
    name: str,
    description: str,
    *,
    unit: Unit = Unit.COUNT,
    better: Better = Better.UP,
) -> AmountKpi:
    formula = _("sum of what was noted in the window")
    definition = marketing(
        key, name, description, formula, unit=unit, better=better, sources=(key,)
    )
    return AmountKpi(definition, (key,))


def _share(
    key: str,
    name: str,
    description: str,
    formula: str,
    parts: tuple[AmountKpi, AmountKpi],
    *,
    unit: Unit = Unit.RATIO,
) -> QuotientKpi:
    above, below = parts
    definition = marketing(
        key,
        name,
        description,
        formula,
        unit=unit,
        grain=Grain.RATE,
        sources=(*above.definition.sources, *below.definition.sources),
    )
    return QuotientKpi(definition, above, below)


_IDEAS = _noted("ideas", _("Ideas"), _("Ideas that customers, partners or employees gave."))
_ADOPTED = _noted("ideas_adopted", _("Ideas adopted"), _("Ideas that were taken up."))
_ANSWERS = _noted("answers", _("Answers"), _("Questions that were answered within the company."))
_REUSED = _noted(
    "answers_reused",
    _("Answers used again"),
    _("Questions that were answered by an answer given before."),
)
_PLEDGED = _noted(
    "pledged", _("Money pledged"), _("What backers pledged, as noted."), unit=Unit.MONEY
)
_BACKERS = _noted("backers", _("Backers"), _("People who pledged money."))
_APPLICANTS = _noted("applicants", _("Applicants"), _("People who applied for a job."))
_QUALIFIED = _noted(
    "qualified_applicants",
    _("Qualified applicants"),
    _("Applicants who met what the job asks for."),
)
_SAVINGS = _noted(
    "supplier_savings",
    _("Savings with suppliers"),
    _("Operating cost that was saved together with suppliers, as noted."),
    unit=Unit.MONEY,
)
_SUPPLY = _noted(
    "supplier_cost",
    _("Cost of supply"),
    _("What supply would have cost without the savings, as noted."),
    unit=Unit.MONEY,
    better=Better.DOWN,
)
_ACTIVE = _noted(
    "active_employees", _("Employees taking part"), _("Employees who shared or wrote something.")
)
_EMPLOYEES = _noted(
    "employees", _("Employees invited"), _("Employees who could take part."), better=Better.NONE
)

PROGRAMMES: tuple[Kpi, ...] = (
    _IDEAS,
    _ADOPTED,
    _share(
        "idea_adoption_rate",
        _("Idea adoption rate"),
        _("The share of ideas that were taken up."),
        _("ideas adopted ÷ ideas"),
        (_ADOPTED, _IDEAS),
    ),
    _ANSWERS,
    _REUSED,
    _share(
        "answer_reuse_rate",
        _("Answer reuse rate"),
        _("Duplicate work avoided: the share of answers that did not have to be worked out again."),
        _("reused answers ÷ answers"),
        (_REUSED, _ANSWERS),
    ),
    _PLEDGED,
    _BACKERS,
    _share(
        "average_pledge",
        _("Average pledge"),
        _("What a backer pledged on average."),
        _("money pledged ÷ backers"),
        (_PLEDGED, _BACKERS),
        unit=Unit.EACH,
    ),
    _APPLICANTS,
    _QUALIFIED,
    _share(
        "applicant_quality",
        _("Applicant quality"),
        _("The share of applicants who met what the job asks for."),
        _("qualified applicants ÷ applicants"),
        (_QUALIFIED, _APPLICANTS),
    ),
    _SAVINGS,
    _SUPPLY,
    _share(
        "supplier_savings_rate",
        _("Savings rate with suppliers"),
        _("The share of the cost of supply that was saved."),
        _("savings with suppliers ÷ cost of supply"),
        (_SAVINGS, _SUPPLY),
    ),
    _ACTIVE,
    _EMPLOYEES,
    _share(
        "employee_participation",
        _("Employee participation"),
        _("The share of invited employees who took part."),
        _("employees taking part ÷ employees invited"),
        (_ACTIVE, _EMPLOYEES),
    ),
)
"""Noted KPIs of programmes, and their quotients."""
METRICS: tuple[str, ...] = tuple(
    kpi.definition.key for kpi in PROGRAMMES if isinstance(kpi, AmountKpi)
)
"""The metrics by which they are noted."""
