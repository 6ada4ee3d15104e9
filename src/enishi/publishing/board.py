"""What the pages of publishing read: the calendar, lists of posts, what needs a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from django.db.models import Count, Q, QuerySet

from enishi.accounts import current
from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor, Permission
from enishi.channels import registry
from enishi.channels.contract import Capability
from enishi.channels.manifest import Option
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.publishing import assembling, checking, days, revisions, slot_queries
from enishi.publishing.core import grid, public_holidays
from enishi.publishing.models import Post
from enishi.publishing.slot_queries import Ghost
from enishi.publishing.values import PostCard

NEAR = timedelta(minutes=2)
SHOWN = {grid.View.MONTH: 4, grid.View.WEEK: 12, grid.View.LIST: 8, grid.View.DAY: 200}


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar."""

    date: date
    entries: Sequence[PostCard]
    total: int
    holiday: str = ""
    is_today: bool = False
    in_month: bool = True
    ghosts: Sequence[Ghost] = ()
    """Times of slots whose drafts come later."""

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

    @property
    def weeks(self) -> list[Sequence[Day]]:
        return [self.days[at : at + grid.WEEK_DAYS] for at in range(0, len(self.days), 7)]

    @property
    def total(self) -> int:
        return sum(day.total + len(day.ghosts) for day in self.days)


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


def calendar(
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
    place = ZoneInfo(current.reading_zone(workspace))
    now = today(place)
    window = grid.window(view, anchor or now, first_weekday(workspace, language))
    edges = window.edges(place)
    found = days.first_of_each(actor.workspace_id, edges, SHOWN[window.view], channel_id)
    totals = days.totals(actor.workspace_id, edges, channel_id)
    entries = {card.id: card for card in cards_of(actor, found, place)}
    feasts = public_holidays.named(workspace.country, window.dates, language)
    ghosts = slot_queries.ghosts(actor, edges[0], edges[-1], channel_id=channel_id)
    shown = [
        Day(
            date=day,
            entries=[entries[post] for post in posts if post in entries],
            total=totals.get(index, 0),
            holiday=feasts.get(day, ""),
            is_today=day == now,
            in_month=view is not grid.View.MONTH or day.month == window.anchor.month,
            ghosts=ghosts.get(day, ()),
        )
        for index, (day, posts) in enumerate(
            zip(window.dates, _ordered(found, window), strict=True)
        )
    ]
    return Board(window, now, shown)


def _ordered(found: dict[UUID, int], window: grid.Window) -> list[list[UUID]]:
    posts: list[list[UUID]] = [[] for _ in range(window.days)]
    for post, day in found.items():
        posts[day].append(post)
    return posts


def cards_of(actor: Actor, posts: Iterable[UUID], place: ZoneInfo) -> list[PostCard]:
    """Posts by their ids, in the order of their times."""
    rows = Post.objects.filter(workspace_id=actor.workspace_id, id__in=list(posts))
    return assembling.cards(rows.order_by("due_at", "id"), place)


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

    entries: Sequence[PostCard]
    counts: dict[str, int]
    after: str


def posts(
    actor: Actor, workspace: Workspace, *, kind: str, after: str = "", search: str = ""
) -> PostList:
    """The posts in some states: planned ones soonest first, others newest first."""
    actor.require(Permission.POSTS_VIEW)
    wanted = Q(state__in=LISTS[kind])
    if kind == "attention":
        wanted |= Q(id__in=revisions.posts_in_trouble(actor.workspace_id))
    rows = Post.objects.filter(wanted, workspace_id=actor.workspace_id)
    if search:
        rows = rows.filter(text__icontains=search)
    key, descending = ("updated_at", True) if kind == "drafts" else ("due_at", kind != "scheduled")
    place = ZoneInfo(current.reading_zone(workspace))
    page = assembling.cards(_after(rows, key, after, descending=descending)[: PAGE + 1], place)
    shown = page[:PAGE]
    return PostList(
        entries=shown,
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


def _cursor(post: PostCard, key: str) -> str:
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
    found = {kind: sum(numbers.get(state, 0) for state in LISTS[kind]) for kind in COUNTED}
    found["attention"] += revisions.posts_in_trouble(actor.workspace_id).distinct().count()
    return found


@dataclass(frozen=True, slots=True)
class Choice:
    """A channel that the composer offers."""

    id: UUID
    name: str
    handle: str
    adapter: str
    avatar_url: str
    network: str
    limit: int
    threads: bool
    comments: bool
    """Whether a first comment can be sent with a post."""
    ready: bool
    """Whether a post can be scheduled on it now."""
    options: Sequence[Option] = ()
    """What this network can be told with a post."""

    @property
    def key(self) -> str:
        """The id as the names of form fields hold it."""
        return str(self.id)


def choices(actor: Actor) -> list[Choice]:
    """The connected channels on which one can publish."""
    actor.require(Permission.POSTS_VIEW)
    rows = Channel.objects.filter(workspace_id=actor.workspace_id).connected().order_by("name")
    return [_choice(row) for row in rows if _publishes(row)]


def _choice(channel: Channel) -> Choice:
    manifest = registry.get(channel.adapter).manifest
    return Choice(
        id=channel.id,
        name=channel.name or channel.handle,
        handle=channel.handle,
        adapter=channel.adapter,
        avatar_url=channel.avatar_url,
        network=str(manifest.name),
        limit=checking.limit_of(channel),
        threads=bool(manifest.text and manifest.text.thread_parts > 1),
        comments=bool(manifest.publishing and manifest.publishing.first_comment),
        ready=not checking.standing_problems(channel),
        options=manifest.options,
    )


def _publishes(channel: Channel) -> bool:
    return registry.get(channel.adapter).manifest.supports(Capability.PUBLISH)


def is_near(moment: datetime) -> bool:
    """So soon, or so recently past, that a page should ask again by itself."""
    return moment < clock.now() + NEAR
