"""Reading dashboards: few statements, and readings from the cache of the log's revision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.analytics.kpi import KPIS, Reading, Window
from enishi.analytics.readings import newest_time
from enishi.channels.models import Channel
from enishi.kernel.errors import InvalidInputError
from enishi.kernel.functions import Function
from enishi.reports import checking, layouts, remarks, scopes
from enishi.reports.core import buckets, changes
from enishi.reports.core.asking import BY_NOTHING, Asked, BoardKind
from enishi.reports.core.differing import differing
from enishi.reports.core.grouping import Group, adds_up, rest_of
from enishi.reports.core.periods import Preset, Span
from enishi.reports.errors import no_such_board
from enishi.reports.layouts import SectionPlan
from enishi.reports.models import BoardSection
from enishi.reports.scopes import Chosen
from enishi.reports.values import (
    Board,
    Choice,
    Differing,
    Graph,
    GroupGraph,
    GroupRow,
    GroupTable,
    Section,
    Tile,
)
from enishi.strategy import queries as strategy
from enishi.strategy import readings
from enishi.strategy.core.functions import seen_of
from enishi.strategy.core.nodes import Level
from enishi.strategy.models import Objective
from enishi.strategy.queries import visible
from enishi.strategy.queries.resources import limits_of
from enishi.strategy.readings import Place, Wanted
from enishi.strategy.values import ObjectiveDetail, ObjectiveRow

_LONGEST = 1100
_OBJECTIVES = 6
_TWO = 2
_MOST_LINES = 8
NOT_OBSERVED = Reading(value=None)


@dataclass(frozen=True, slots=True)
class _Look:
    """Whose numbers, of which channels, over which days."""

    place: Place
    chosen: Chosen
    window: Window
    before: Window | None
    small: float
    """From so many cases on a rate is not called small."""

    def value(self, key: str, channels: Sequence[UUID] | None = None) -> Reading:
        if channels is None and self.chosen.is_nothing:
            return NOT_OBSERVED
        scope = self.chosen.scope if channels is None else channels
        return readings.value(self.place, key, scope, self.window)

    def earlier(self, key: str) -> Reading | None:
        if self.before is None or self.chosen.is_nothing:
            return None
        return readings.value(self.place, key, self.chosen.scope, self.before)

    def steps(
        self, key: str, window: Window | None, channels: Sequence[UUID] | None = None
    ) -> list[buckets.Step]:
        if window is None or self.chosen.is_nothing:
            return []
        scope = self.chosen.scope if channels is None else channels
        points = readings.series(self.place, key, scope, window)
        grain = KPIS[key].definition.grain
        return buckets.steps([(point.day, point.value) for point in points], grain)


def board(actor: Actor, asked: Asked, *, today: date | None = None) -> Board:
    """A dashboard with its numbers. `today` is the day on which presets are counted from."""
    actor.require(Permission.STRATEGY_VIEW)
    checking.require_shown(asked)
    scopes.require_known(asked)
    checking.require_function(actor, asked)
    place = strategy.place_of(actor)
    until = min(today or place.today, place.today)
    objective = _objective(actor, asked)
    if objective is not None:
        asked = _on_its_days(asked, objective, until)
    every = scopes.channels_of(actor)
    own = objective.row.measure.channel_ids if objective else ()
    found = scopes.chosen(asked, every, own)
    small = limits_of(actor.workspace_id).small_cases
    window = _window(place, asked.span(until))
    look = _Look(place, found, window, _before(place, asked, until), small)
    plans = _plans(actor, asked, objective)
    readings.ahead(place, _wanted(look, plans, asked, actor.functions))
    sections = [section for plan in plans if (section := _section(look, plan))]
    return Board(
        asked=asked,
        title=_title(asked, every, objective),
        about=_about(asked, objective),
        window=look.window,
        before=look.before,
        scope=[] if found.is_all else [str(channel) for channel in found.channels],
        channel_ids=found.scope,
        nothing_there=found.is_nothing,
        scheme_name=scopes.scheme_name(asked.scheme) if asked.level else "",
        sections=sections,
        groups=_groups(look, asked, actor.functions),
        objectives=_objectives(actor, asked),
        objective=objective,
        remarks=remarks.within(actor, look.window, found.scope, every),
        as_of=_newest(sections),
        small=round(small),
    )


def _window(place: Place, span: Span) -> Window:
    if span.days > _LONGEST:
        raise InvalidInputError(_("Choose three years at most."), field="first")
    return Window(span.first, span.last, place.zone)


def _before(place: Place, asked: Asked, today: date) -> Window | None:
    span = asked.compared(today)
    return None if span is None else _window(place, span)


# --- an objective --------------------------------------------------------------------------


def _objective(actor: Actor, asked: Asked) -> ObjectiveDetail | None:
    if asked.kind is not BoardKind.OBJECTIVE:
        return None
    if asked.subject_id is None:
        raise no_such_board()
    return strategy.objective(actor, asked.subject_id)


def _on_its_days(asked: Asked, objective: ObjectiveDetail, today: date) -> Asked:
    """The plan's own days, as far as they have come."""
    start, end = objective.row.measure.start, objective.row.measure.end
    if asked.preset is not Preset.PLAN or asked.own or start is None or start > today:
        return asked
    return replace(asked, own=Span(start, max(start, min(end or today, today))))


_DRIVERS = (
    "posts",
    "posting_frequency",
    "reach",
    "engagements",
    "engagement_rate_by_followers",
    "response_rate",
    "clicks",
    "conversion_rate",
)


def _plans(actor: Actor, asked: Asked, objective: ObjectiveDetail | None) -> list[SectionPlan]:
    if objective is None:
        return layouts.sections_of(asked.kind, actor.functions, chosen_kpis(actor, asked.kind))
    metric = objective.row.measure.metric
    seen = seen_of(actor.functions, _DRIVERS)
    drivers = [key for key in seen if key in KPIS and key != metric]
    own = [SectionPlan("own", _("The number it moves"), [metric], [metric])]
    known = own if metric in KPIS else []
    return [*known, SectionPlan("drivers", _("What may drive it"), drivers, drivers[:1])]


def chosen_kpis(actor: Actor, kind: BoardKind) -> dict[str, list[str]]:
    """The figures that the workspace chose, by section."""
    rows = BoardSection.objects.filter(workspace_id=actor.workspace_id, board=kind.value)
    return {
        section: [key for key in kpis if key in KPIS]
        for section, kpis in rows.values_list("section", "kpis")
    }


def _wanted(
    look: _Look, plans: Sequence[SectionPlan], asked: Asked, functions: frozenset[Function]
) -> Iterator[Wanted]:
    """What the dashboard will ask for: the period and the compared one by turns."""
    if look.chosen.is_nothing:
        return
    windows = [window for window in (look.window, look.before) if window is not None]
    for plan in plans:
        for key in plan.kpis:
            yield from (Wanted(key, look.chosen.scope, window) for window in windows)
    for key in (key for plan in plans for key in plan.charts):
        yield from (Wanted(key, look.chosen.scope, window, by_day=True) for window in windows)
    if asked.group != BY_NOTHING:
        groups = scopes.groups_of(look.chosen.channels, asked.group, asked.scheme)
        for key in layouts.columns_of(asked.kind, functions):
            yield Wanted(key, look.chosen.scope, look.window)
            yield from (Wanted(key, one.channel_ids, look.window) for one in groups)


# --- sections ------------------------------------------------------------------------------


def _section(look: _Look, plan: SectionPlan) -> Section | None:
    """A section; None when it has nothing to name."""
    tiles = [_tile(look, key) for key in plan.kpis]
    seen = [tile for tile in tiles if tile.reading.value is not None or _had(tile)]
    unseen = [tile.definition for tile in tiles if tile not in seen]
    shown = [tile.definition.key for tile in seen]
    if not tiles:
        return None
    return Section(
        key=plan.key,
        name=plan.name,
        tiles=seen,
        unseen=unseen,
        graphs=[_graph(look, key) for key in plan.charts if key in shown],
        differing=[Differing(here, one.why) for one, here in differing(shown)],
    )


def _had(tile: Tile) -> bool:
    """It was observed before and is not any more: that deserves to be seen."""
    return tile.before is not None and tile.before.value is not None


def _tile(look: _Look, key: str) -> Tile:
    definition = KPIS[key].definition
    reading, before = look.value(key), look.earlier(key)
    change = None
    if before is not None and look.before is not None:
        change = changes.changed(
            definition, reading.value, before.value, look.window.days, look.before.days
        )
    few = changes.small_n(definition, reading.value, reading.rows_count, look.small)
    return Tile(definition, reading, before, change, few, round(look.small))


def _graph(look: _Look, key: str) -> Graph:
    return Graph(KPIS[key].definition, look.steps(key, look.window), look.steps(key, look.before))


def _newest(sections: Iterable[Section]) -> datetime | None:
    return newest_time(tile.reading.as_of for section in sections for tile in section.tiles)


# --- groups --------------------------------------------------------------------------------


def _groups(look: _Look, asked: Asked, functions: frozenset[Function]) -> GroupTable | None:
    if asked.group == BY_NOTHING or look.chosen.is_nothing:
        return None
    found = scopes.groups_of(look.chosen.channels, asked.group, asked.scheme)
    by_media = asked.group == layouts.BY_FUNCTION_OF_MEDIA
    classes = [one.key for one in found] if by_media else []
    keys = layouts.columns_of(asked.kind, functions, classes)
    if not keys:
        return None
    drawn = asked.chart if asked.chart in keys else keys[0]
    rows = [
        GroupRow(
            one.key,
            one.name,
            one.channel_ids,
            [look.value(key, one.channel_ids).value for key in keys],
        )
        for one in found
    ]
    total = [look.value(key).value for key in keys]
    return GroupTable(
        by=asked.group,
        name=dict(scopes.groupings())[asked.group],
        source=scopes.source_of(asked.group, asked.scheme),
        columns=[KPIS[key].definition for key in keys],
        rows=rows,
        rest=[
            _rest(key, total[at], [row.values[at] for row in rows]) for at, key in enumerate(keys)
        ],
        total=total,
        graph=_group_graph(look, drawn, keys, found),
    )


def _group_graph(
    look: _Look, key: str, keys: Sequence[str], found: Sequence[Group]
) -> GroupGraph | None:
    """One KPI of several groups; with fewer than two there is nothing to compare."""
    if len(found) < _TWO:
        return None
    lines = [
        (one.name, look.steps(key, look.window, one.channel_ids)) for one in found[:_MOST_LINES]
    ]
    return GroupGraph(
        definition=KPIS[key].definition,
        choices=[KPIS[one].definition for one in keys],
        lines=lines,
        left_out=max(0, len(found) - _MOST_LINES),
    )


def _rest(key: str, total: float | None, parts: Sequence[float | None]) -> float | None:
    return rest_of(total, parts) if adds_up(KPIS[key].definition) else None


# --- what stands around --------------------------------------------------------------------


def _title(asked: Asked, every: Sequence[Channel], objective: ObjectiveDetail | None) -> str:
    if objective is not None:
        return objective.row.node.title
    if asked.kind is BoardKind.CHANNEL:
        return next((str(channel) for channel in every if channel.id == asked.subject_id), "")
    return board_name(asked.kind)


def board_title(actor: Actor, asked: Asked) -> str:
    """What a dashboard is called, without reading a number."""
    actor.require(Permission.STRATEGY_VIEW)
    if asked.kind is BoardKind.OBJECTIVE and asked.subject_id is not None:
        return strategy.node(actor, Level.OBJECTIVE, asked.subject_id).title
    return _title(asked, scopes.channels_of(actor), None)


def board_name(kind: BoardKind) -> str:
    """A dashboard's name in the reader's language."""
    return {
        BoardKind.BOSS: _("Overview"),
        BoardKind.OPERATION: _("Operation"),
        BoardKind.MARKETING: _("Marketing"),
        BoardKind.SALES: _("Sales team"),
        BoardKind.SERVICE: _("Customer service"),
        BoardKind.HR: _("HR"),
        BoardKind.PARTNERS: _("Suppliers and partners"),
        BoardKind.CHANNEL: _("Channel"),
        BoardKind.OBJECTIVE: _("Objective"),
        BoardKind.PLAN: _("Strategy on one page"),
    }[kind]


def _about(asked: Asked, objective: ObjectiveDetail | None) -> str:
    if objective is not None:
        return f"{objective.goal.title} › {objective.strategy.title}"
    return {
        BoardKind.BOSS: _("Everything that matters, on one page."),
        BoardKind.OPERATION: _("How the accounts are run: followers, posts, reactions, answers."),
        BoardKind.MARKETING: _("What it brings to the business: leads, orders, costs, return."),
        BoardKind.SALES: _("Leads and orders, and the way there."),
        BoardKind.SERVICE: _("How people are answered, and how content they are."),
        BoardKind.HR: _("Applicants, employees who take part, and how it is received."),
        BoardKind.PARTNERS: _("Savings with suppliers, and ideas of partners."),
        BoardKind.CHANNEL: _("One channel by itself."),
    }[asked.kind]


def _objectives(actor: Actor, asked: Asked) -> Sequence[ObjectiveRow]:
    if asked.kind is not BoardKind.BOSS:
        return []
    return strategy.pacing_overview(actor, limit=_OBJECTIVES)


def objective_choices(actor: Actor) -> list[Choice]:
    """The objectives that have a dashboard, by title."""
    actor.require(Permission.STRATEGY_VIEW)
    rows = Objective.objects.filter(visible.objectives(actor), workspace_id=actor.workspace_id)
    rows = rows.order_by("title", "id")
    return [Choice(one.id, one.title) for one in rows]
