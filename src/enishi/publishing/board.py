"""What the pages of publishing read: the calendar, lists of posts, what needs a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor, Permission
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.publishing.core import grid, public_holidays
from enishi.publishing.core.states import CONTENT_IS_FIXED, DeliveryKind, PostState
from enishi.publishing.models import Delivery, Post, Variant

SHOWN = {grid.View.MONTH: 4, grid.View.WEEK: 30, grid.View.LIST: 20, grid.View.DAY: 300}
_FIXED = {state.value for state in CONTENT_IS_FIXED}
_GONE = {PostState.DELETED.value, PostState.CANCELLED.value}


@dataclass(frozen=True, slots=True)
class Network:
    """A channel as small pictures show it."""

    id: UUID
    adapter: str
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A post in a calendar or list."""

    id: UUID
    state: str
    text: str
    due_at: datetime | None
    local: datetime | None
    networks: Sequence[Network]
    updated_at: datetime

    @property
    def movable(self) -> bool:
        """Whether it may be given another day."""
        return self.state not in _FIXED

    @property
    def gone(self) -> bool:
        """Whether it is only shown for the record."""
        return self.state in _GONE


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar."""

    date: date
    entries: Sequence[Entry]
    total: int
    holiday: str = ""
    is_today: bool = False
    in_month: bool = True

    @property
    def more(self) -> int:
        return self.total - len(self.entries)

    @property
    def is_weekend(self) -> bool:
        return self.date.weekday() >= 5  # noqa: PLR2004 - Saturday and Sunday


@dataclass(frozen=True, slots=True)
class Board:
    """A calendar with its days."""

    window: grid.Window
    today: date
    days: Sequence[Day]
    networks: Sequence[Network] = field(default_factory=tuple)

    @property
    def weeks(self) -> list[Sequence[Day]]:
        return [self.days[at : at + grid.WEEK_DAYS] for at in range(0, len(self.days), 7)]

    @property
    def total(self) -> int:
        return sum(day.total for day in self.days)


def today(place: ZoneInfo) -> date:
    """The date it is in a zone."""
    return clock.now().astimezone(place).date()


def first_weekday(workspace: Workspace, language: str) -> int:
    """On which day weeks begin there: 0 is Monday."""
    territory = workspace.country or {"ja": "JP"}.get(language, "GB")
    try:
        return int(Locale.parse(f"und_{territory}").first_week_day)
    except (UnknownLocaleError, ValueError):
        return 0


def calendar(  # noqa: PLR0913 - a view is asked for in this many ways
    actor: Actor,
    workspace: Workspace,
    *,
    view: grid.View,
    anchor: date | None,
    language: str,
    channel_id: UUID | None = None,
) -> Board:
    """The days of a view with their first posts and how many there are."""
    actor.require(Permission.POSTS_VIEW)
    place = ZoneInfo(workspace.time_zone)
    now = today(place)
    window = grid.window(view, anchor or now, first_weekday(workspace, language))
    found, totals = _first_of_each_day(actor, window, place, channel_id)
    networks = networks_of(actor)
    entries = _by_id(entries_of(actor, found, place, networks))
    feasts = public_holidays.named(workspace.country, window.dates, language)
    days = [
        Day(
            date=day,
            entries=[entries[post] for post in posts if post in entries],
            total=totals.get(index, 0),
            holiday=feasts.get(day, ""),
            is_today=day == now,
            in_month=view is not grid.View.MONTH or day.month == window.anchor.month,
        )
        for index, (day, posts) in enumerate(zip(window.dates, _ordered(found, window), strict=True))
    ]
    return Board(window, now, days, tuple(networks.values()))


def _ordered(found: dict[UUID, int], window: grid.Window) -> list[list[UUID]]:
    days: list[list[UUID]] = [[] for _ in range(window.days)]
    for post, day in found.items():
        days[day].append(post)
    return days


def _by_id(entries: Iterable[Entry]) -> dict[UUID, Entry]:
    return {entry.id: entry for entry in entries}


def _first_of_each_day(
    actor: Actor, window: grid.Window, place: ZoneInfo, channel_id: UUID | None
) -> tuple[dict[UUID, int], dict[int, int]]:
    """Which posts to show, with the index of their day, and the number of posts a day.

    One query that the index `post_calendar` answers alone, however many posts there are.
    """
    edges = window.edges(place)
    bucket = Case(
        *(When(due_at__lt=edge, then=Value(index)) for index, edge in enumerate(edges[1:])),
        output_field=IntegerField(),
    )
    rows = Post.objects.filter(
        workspace_id=actor.workspace_id, due_at__gte=edges[0], due_at__lt=edges[-1]
    )
    if channel_id:
        rows = rows.filter(variants__channel_id=channel_id)
    ranked = (
        rows.annotate(day=bucket)
        .annotate(
            place=Window(RowNumber(), partition_by=F("day"), order_by=["due_at", "id"]),
            total=Window(Count("id"), partition_by=F("day")),
        )
        .filter(place__lte=SHOWN[window.view])
        .order_by("due_at", "id")
        .values_list("id", "day", "total")
    )
    found: dict[UUID, int] = {}
    totals: dict[int, int] = {}
    for post, day, total in ranked:
        found[post], totals[day] = day, total
    return found, totals


def networks_of(actor: Actor) -> dict[UUID, Network]:
    """The channels of the workspace, by id."""
    rows = Channel.objects.filter(workspace_id=actor.workspace_id)
    return {
        pk: Network(pk, adapter, name or handle)
        for pk, adapter, name, handle in rows.order_by("name").values_list(
            "id", "adapter", "name", "handle"
        )
    }


def entries_of(
    actor: Actor,
    posts: Iterable[UUID],
    place: ZoneInfo,
    networks: dict[UUID, Network] | None = None,
) -> list[Entry]:
    """Posts as calendars and lists show them, in the order of their times."""
    rows = list(
        Post.objects.filter(workspace_id=actor.workspace_id, id__in=list(posts))
        .order_by("due_at", "id")
        .only("id", "state", "text", "due_at", "updated_at")
    )
    return describe(rows, place, networks_of(actor) if networks is None else networks)


def describe(
    rows: Sequence[Post], place: ZoneInfo, networks: dict[UUID, Network]
) -> list[Entry]:
    """Entries for posts that were read already, in their order."""
    carried = _channels_of([row.id for row in rows])
    return [
        Entry(
            id=row.id,
            state=row.state,
            text=" ".join(row.text.split())[:200],
            due_at=row.due_at,
            local=row.due_at.astimezone(place) if row.due_at else None,
            networks=[networks[each] for each in carried[row.id] if each in networks],
            updated_at=row.updated_at,
        )
        for row in rows
    ]


def _channels_of(posts: list[UUID]) -> dict[UUID, list[UUID]]:
    """The channels that each post is for: those of its variants, else of its deliveries."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for post, channel in Variant.objects.filter(post__in=posts, enabled=True).values_list(
        "post_id", "channel_id"
    ):
        found[post].append(channel)
    without = [post for post in posts if post not in found]
    for post_id, channel in Delivery.objects.filter(
        post__in=without, kind=DeliveryKind.PUBLISH.value
    ).values_list("post_id", "channel_id"):
        if post_id is not None:
            found[post_id].append(channel)
    return found


LISTS: dict[str, tuple[str, ...]] = {
    "attention": ("unknown", "failed", "held", "missed"),
    "drafts": ("draft",),
    "scheduled": ("scheduled", "publishing"),
    "published": ("published",),
    "gone": ("cancelled", "deleted"),
}
PAGE = 30


@dataclass(frozen=True, slots=True)
class PostList:
    """A page of posts, and where the next one begins."""

    entries: Sequence[Entry]
    counts: dict[str, int]
    after: str


def posts(
    actor: Actor, workspace: Workspace, *, kind: str, after: str = "", search: str = ""
) -> PostList:
    """The posts in some states: planned ones soonest first, others newest first."""
    actor.require(Permission.POSTS_VIEW)
    rows = Post.objects.filter(workspace_id=actor.workspace_id, state__in=LISTS[kind])
    if search:
        rows = rows.filter(text__icontains=search)
    key, descending = ("updated_at", True) if kind == "drafts" else ("due_at", kind != "scheduled")
    page = list(_after(rows, key, after, descending=descending)[: PAGE + 1])
    shown = page[:PAGE]
    place = ZoneInfo(workspace.time_zone)
    return PostList(
        entries=describe(shown, place, networks_of(actor)),
        counts=counts(actor),
        after=_cursor(shown[-1], key) if len(page) > PAGE else "",
    )


def _after(rows: QuerySet[Post], key: str, cursor: str, *, descending: bool) -> QuerySet[Post]:
    sign, comparison = ("-", "lt") if descending else ("", "gt")
    moment, _, identifier = cursor.partition("_")
    try:
        at, pk = datetime.fromisoformat(moment), UUID(identifier)
    except ValueError:
        return rows.order_by(f"{sign}{key}", f"{sign}id")
    beyond = Q(**{f"{key}__{comparison}": at}) | Q(**{key: at, f"id__{comparison}": pk})
    return rows.filter(beyond).order_by(f"{sign}{key}", f"{sign}id")


def _cursor(post: Post, key: str) -> str:
    moment = getattr(post, key)
    return f"{moment.isoformat()}_{post.id}" if moment else ""


COUNTED = ("attention", "drafts", "scheduled")
_COUNT_LIMIT = 1000


def counts(actor: Actor) -> dict[str, int]:
    """How many posts are in the lists that people work off."""
    wanted = [state for kind in COUNTED for state in LISTS[kind]]
    rows = (
        Post.objects.filter(workspace_id=actor.workspace_id, state__in=wanted)
        .values_list("state")
        .annotate(number=Count("id"))
        .order_by()
    )
    numbers = dict(rows)
    return {kind: sum(numbers.get(state, 0) for state in LISTS[kind]) for kind in COUNTED}
