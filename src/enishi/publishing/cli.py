"""`enishi post …`: writing, scheduling and following posts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor
from enishi.accounts.terminal import current_actor, session, show
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError
from enishi.publishing import actions, queries
from enishi.publishing.actions import AttachmentInput, Overdue, PostInput, VariantInput
from enishi.publishing.core.content import EXTERNAL, INTERNAL
from enishi.publishing.core.states import PostState
from enishi.publishing.inputs import Changes, apply, on_channels
from enishi.publishing.slot_cli import missed, queues, slots
from enishi.publishing.terminal import channels_named as _channels
from enishi.publishing.values import DeliveryView, PostCard, PostDetail

COMMAND = "post"
app = typer.Typer(no_args_is_help=True, help="Posts: write, schedule, publish, follow.")
app.add_typer(slots, name="slot")
app.add_typer(queues, name="queue")
app.add_typer(missed, name="missed")

_COLUMNS = ("id", "state", "when", "channels", "text")
_PAUSE_COLUMNS = ("channel_name", "reason", "by", "at")
_OneChannel = Annotated[str, typer.Option("--channel", help="Only this one: id, handle or name.")]
_Channel = Annotated[
    list[str] | None, typer.Option("--channel", help="Id, handle or name; may be repeated.")
]
_Image = Annotated[
    list[str] | None,
    typer.Option("--image", help="A file, or file=alternative text; may be repeated."),
]
_Zone = Annotated[str, typer.Option(help="A time zone such as Asia/Tokyo; else the workspace's.")]
_Version = Annotated[int | None, typer.Option(help="Refuse if the post is no longer at it.")]


@app.command("list")
def list_posts(
    context: typer.Context,
    state: Annotated[list[PostState] | None, typer.Option(help="May be repeated.")] = None,
    text: Annotated[str, typer.Option(help="Words in the text.")] = "",
    cursor: str = "",
    limit: int = 50,
) -> None:
    """Posts, the one changed last first."""
    page = queries.posts(
        current_actor(context), states=state or (), text=text, cursor=cursor, limit=limit
    )
    show(context, [_line(card) for card in page.items], columns=_COLUMNS)
    if page.cursor:
        typer.echo(_("More with --cursor %s") % page.cursor, err=True)


@app.command("calendar")
def show_calendar(
    context: typer.Context,
    first: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
    days: int = 7,
) -> None:
    """The posts of the coming days."""
    start: date = (first or clock.now()).date()
    found = queries.calendar(
        current_actor(context), first=start, last=start + timedelta(days=days - 1)
    )
    show(context, [_line(card) for day in found for card in day.posts], columns=_COLUMNS)


@app.command("show")
def show_post(context: typer.Context, post_id: UUID) -> None:
    """A post with its deliveries: what happened and what comes next."""
    show(context, _shown(queries.post_detail(current_actor(context), post_id=post_id)))


@app.command()
def create(
    context: typer.Context,
    text: str,
    channel: _Channel = None,
    image: _Image = None,
    thread: Annotated[list[str] | None, typer.Option(help="A further part.")] = None,
    link: str = "",
    first_comment: Annotated[str, typer.Option(help="An answer of your own, sent with it.")] = "",
    internal: Annotated[bool, typer.Option(help="For people of the company only.")] = False,  # noqa: FBT002 - an option
) -> None:
    """Write a draft."""
    actor = current_actor(context)
    content = PostInput(
        text=text,
        channels=[VariantInput(item) for item in _channels(actor, channel or [])],
        attachments=[_upload(actor, item) for item in image or []],
        thread=thread or [],
        link=link,
        first_comment=first_comment,
        audience=INTERNAL if internal else EXTERNAL,
    )
    _report(context, actor, actions.create_post(actor, content=content).id)


@app.command()
def edit(
    context: typer.Context,
    post_id: UUID,
    text: Annotated[str | None, typer.Option()] = None,
    channel: _Channel = None,
    image: _Image = None,
    version: _Version = None,
) -> None:
    """Change what a post says; what is not given stays. Published ones change on the network."""
    actor = current_actor(context)
    now = queries.post_detail(actor, post_id=post_id)
    content = queries.content_of(actor, post_id=post_id)
    changes = Changes(
        text=text,
        channels=on_channels(_channels(actor, channel), content.channels) if channel else None,
        attachments=[_upload(actor, item) for item in image] if image else None,
    )
    actions.update_post(
        actor,
        post_id=post_id,
        version=now.card.version if version is None else version,
        content=apply(changes, content),
    )
    _report(context, actor, post_id)


@app.command()
def schedule(
    context: typer.Context,
    post_id: UUID,
    at: Annotated[str, typer.Argument(help="2027-04-01T09:30")],
    time_zone: _Zone = "",
    valid_until: str = "",
    version: _Version = None,
) -> None:
    """Have a post go out at a time."""
    actor = current_actor(context)
    actions.schedule_post(
        actor,
        post_id=post_id,
        at=at,
        time_zone=time_zone,
        valid_until=valid_until or None,
        version=version,
    )
    _report(context, actor, post_id)


@app.command()
def move(
    context: typer.Context,
    post_id: UUID,
    at: str,
    time_zone: _Zone = "",
    version: _Version = None,
) -> None:
    """Give a post another time."""
    actor = current_actor(context)
    actions.move_post(actor, post_id=post_id, at=at, time_zone=time_zone, version=version)
    _report(context, actor, post_id)


@app.command()
def publish(context: typer.Context, post_id: UUID, version: _Version = None) -> None:
    """Have a post go out now."""
    actor = current_actor(context)
    actions.publish_now(actor, post_id=post_id, version=version)
    _report(context, actor, post_id)


@app.command()
def cancel(context: typer.Context, post_id: UUID, version: _Version = None) -> None:
    """Take a post out of the schedule."""
    actor = current_actor(context)
    actions.cancel_post(actor, post_id=post_id, version=version)
    _report(context, actor, post_id)


@app.command()
def delete(context: typer.Context, post_id: UUID) -> None:
    """Throw away a post that never came out."""
    actions.delete_post(current_actor(context), post_id=post_id)


@app.command()
def pause(context: typer.Context, channel: _OneChannel = "", reason: str = "") -> None:
    """Let no planned post out, on one channel or in the whole workspace."""
    actor = current_actor(context)
    actions.pause_publishing(actor, channel_id=_one(actor, channel), reason=reason)
    show(context, queries.pauses(actor.workspace_id), columns=_PAUSE_COLUMNS)


@app.command()
def resume(
    context: typer.Context,
    channel: _OneChannel = "",
    waiting: Annotated[
        Overdue, typer.Option(help="What becomes of posts whose time has passed.")
    ] = Overdue.SEND,
    minutes: Annotated[int, typer.Option(help="Between two posts, to spread them.")] = 15,
) -> None:
    """Lift a pause."""
    actor = current_actor(context)
    actions.resume_with(actor, channel_id=_one(actor, channel), waiting=waiting, minutes=minutes)
    show(context, queries.pauses(actor.workspace_id), columns=_PAUSE_COLUMNS)


def _one(actor: Actor, channel: str) -> UUID | None:
    return _channels(actor, [channel])[0] if channel else None


@app.command()
def retry(context: typer.Context, delivery_id: UUID) -> None:
    """Send a delivery again that failed, was held or missed."""
    actor = current_actor(context)
    actions.retry_delivery(actor, delivery_id=delivery_id)
    _report_delivery(context, actor, delivery_id)


@app.command()
def check(context: typer.Context, delivery_id: UUID) -> None:
    """Look on the network for a delivery whose outcome is unknown."""
    actor = current_actor(context)
    actions.check_again(actor, delivery_id=delivery_id)
    _report_delivery(context, actor, delivery_id)


@app.command("mark-published")
def mark_published(
    context: typer.Context,
    delivery_id: UUID,
    url: Annotated[str, typer.Argument(help="Where you have seen it.")] = "",
    remote_id: Annotated[str, typer.Option(help="Or which of the candidates it is.")] = "",
) -> None:
    """Confirm that a delivery stands on the network, at an address."""
    actor = current_actor(context)
    actions.mark_published(actor, delivery_id=delivery_id, url=url, remote_id=remote_id)
    _report_delivery(context, actor, delivery_id)


@app.command()
def undo(context: typer.Context, delivery_id: UUID) -> None:
    """Take back that somebody marked it as published or gave it up."""
    actor = current_actor(context)
    actions.undo_decision(actor, delivery_id=delivery_id)
    _report_delivery(context, actor, delivery_id)


@app.command()
def timeline(context: typer.Context, post_id: UUID) -> None:
    """What happened to each delivery of a post, what comes next and when."""
    found = queries.post_detail(current_actor(context), post_id=post_id).deliveries
    if session(context).as_json:
        show(context, found)
        return
    for delivery in found:
        for line in _told(delivery):
            typer.echo(line)


def _told(delivery: DeliveryView) -> Iterator[str]:
    """A delivery's history as lines of text."""
    yield f"{delivery.channel.name} · {delivery.state.value} · {delivery.id}"
    for moment in delivery.timeline:
        place = f" ({moment.worker})" if moment.worker else ""
        took = f" {moment.seconds:.1f} s" if moment.seconds is not None else ""
        at = f"{moment.at:%Y-%m-%d %H:%M:%S}"
        yield f"  {at}{took}{place}  {moment.text} {moment.detail}".rstrip()
        if moment.quote:
            yield f"    > {moment.quote}"
    at = f" ({delivery.next.at:%Y-%m-%d %H:%M:%S})" if delivery.next.at else ""
    yield f"  → {delivery.next.text}{at}"
    for item in delivery.candidates:
        yield f"    ? {item.created_at:%Y-%m-%d %H:%M:%S} {item.url or item.remote_id} {item.text}"


@app.command("give-up")
def give_up(context: typer.Context, delivery_id: UUID) -> None:
    """Stop trying."""
    actor = current_actor(context)
    actions.give_up(actor, delivery_id=delivery_id)
    _report_delivery(context, actor, delivery_id)


@app.command("take-down")
def take_down(context: typer.Context, delivery_id: UUID) -> None:
    """Delete a published post on its network."""
    actor = current_actor(context)
    made = actions.delete_on_network(actor, delivery_id=delivery_id)
    _report_delivery(context, actor, made.id)


def _report(context: typer.Context, actor: Actor, post_id: UUID) -> None:
    show(context, _shown(queries.post_detail(actor, post_id=post_id)))


def _report_delivery(context: typer.Context, actor: Actor, delivery_id: UUID) -> None:
    found = queries.delivery_detail(actor, delivery_id=delivery_id)
    show(context, {"id": found.id, "state": found.state, "next": str(found.next.text)})


def _line(card: PostCard) -> dict[str, Any]:
    return {
        "id": card.id,
        "state": card.state.value,
        "when": f"{card.local:%Y-%m-%d %H:%M}" if card.local else "",
        "channels": ", ".join(mark.name for mark in card.channels),
        "text": card.text,
        "version": card.version,
    }


def _shown(detail: PostDetail) -> dict[str, Any]:
    deliveries = [
        {
            "id": item.id,
            "channel": item.channel.name,
            "kind": item.kind.value,
            "state": item.state.value,
            "next": str(item.next.text),
            "next_at": item.next.at,
            "url": item.remote_url,
            "remote_id": item.remote_id,
            "problem": item.problem,
            "history": [f"{moment.at:%Y-%m-%d %H:%M:%S} {moment.text}" for moment in item.timeline],
        }
        for item in detail.deliveries
    ]
    return _line(detail.card) | {"text": detail.text, "deliveries": deliveries}


def _upload(actor: Actor, named: str) -> AttachmentInput:
    path, _equals, alt = named.partition("=")
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise InvalidInputError(
            _("The file %s cannot be read.") % path, field="image", remedy=error.strerror or ""
        ) from error
    stored = actions.upload_media(actor, content=content, name=Path(path).name)
    return AttachmentInput(stored.id, alt)
