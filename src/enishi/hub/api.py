"""REST: the hub's followers, blocks, quarantine, reports and keys."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status

from enishi.accounts.permissions import Actor
from enishi.accounts.terminal import to_plain
from enishi.hub import actions, moderation, outward, queries, residence, turnout

router = Router(tags=["Hub"])


class AddressIn(Schema):
    """An account elsewhere: `@name@host` or its web address."""

    address: str


class BlockIn(Schema):
    """A server or an account; the decision is block, quiet, no_media or allow."""

    target: str
    verdict: str = "block"
    comment: str = ""


class ListIn(Schema):
    """A block list as CSV; with `preview` nothing is changed."""

    text: str
    preview: bool = False


class NoteIn(Schema):
    """What was done about a report."""

    note: str = ""


class MannerIn(Schema):
    """Fields that are left out stay as they are; quarantine is off, suspicious or new."""

    signed_reads: bool | None = None
    locked: bool | None = None
    allowed_only: bool | None = None
    quarantine: str | None = None


class HostIn(Schema):
    """A host name; empty for that of the installation."""

    host: str


class AccountIn(Schema):
    """A person who writes."""

    handle: str
    name: str


class VoteIn(Schema):
    """A vote in a poll of somebody else, by the poll's id."""

    channel_id: UUID
    uri: str
    choices: list[str]


class FlagIn(Schema):
    """A complaint of a post elsewhere to the moderators of its server."""

    channel_id: UUID
    uri: str
    comment: str = ""


class ReactionIn(Schema):
    """A like, share or emoji for a post elsewhere, by its id."""

    channel_id: UUID
    uri: str
    kind: str
    """like, share or emoji"""
    emoji: str = ""
    undo: bool = False


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by the token
    return actor


@router.get("/hub", summary="How open the hub is, and its accounts", response=dict[str, Any])
def get_hub(request: HttpRequest) -> Any:
    actor = _actor(request)
    return to_plain(queries.manner(actor)) | {"waiting": to_plain(queries.waiting(actor))}


@router.patch("/hub", summary="Change how open the hub is", response=dict[str, Any])
def change_hub(request: HttpRequest, body: MannerIn) -> Any:
    actions.change_manner(_actor(request), actions.Manner(**body.dict()))
    return to_plain(queries.manner(_actor(request)))


@router.put("/hub/host", summary="Give the hub a host name of its own", response=dict[str, Any])
def use_host(request: HttpRequest, body: HostIn) -> Any:
    residence.use_host(_actor(request), host=body.host)
    return to_plain(queries.manner(_actor(request)))


@router.post("/hub/aliases", summary="Name an account that moves here", response=dict[str, Any])
def add_alias(request: HttpRequest, body: AddressIn) -> Any:
    residence.add_alias(_actor(request), address=body.address)
    return to_plain(queries.manner(_actor(request)))


@router.post("/hub/move", summary="Move to an account elsewhere", response=dict[str, Any])
def move_away(request: HttpRequest, body: AddressIn) -> Any:
    residence.move_away(_actor(request), address=body.address)
    return to_plain(queries.manner(_actor(request)))


@router.post(
    "/hub/accounts", summary="Open an account for a person", response={201: dict[str, Any]}
)
def open_account(request: HttpRequest, body: AccountIn) -> Any:
    made = actions.open_account(_actor(request), handle=body.handle, name=body.name)
    shown = next(one for one in queries.manner(_actor(request)).accounts if one.id == made.id)
    return Status(201, to_plain(shown))


@router.post("/hub/accounts/{account_id}/keys", summary="Make new keys", response={204: None})
def rotate_keys(request: HttpRequest, account_id: UUID) -> Any:
    actions.rotate_keys(_actor(request), account_id=account_id)
    return Status(204, None)


@router.get("/hub/people", summary="Followers, or those we follow", response=dict[str, Any])
def list_people(
    request: HttpRequest, direction: str = "in", state: str = "", search: str = "", cursor: str = ""
) -> Any:
    return to_plain(
        queries.people(
            _actor(request), direction=direction, state=state, search=search, cursor=cursor
        )
    )


@router.get("/hub/profile", summary="Look at an account elsewhere", response=dict[str, Any])
def get_profile(request: HttpRequest, address: str) -> Any:
    return to_plain(queries.profile(_actor(request), address=address))


@router.post("/hub/following", summary="Follow an account", response={201: dict[str, Any]})
def follow(request: HttpRequest, body: AddressIn) -> Any:
    tie = actions.follow(_actor(request), address=body.address)
    return Status(201, {"id": str(tie.id), "state": tie.state})


@router.delete("/hub/following/{follow_id}", summary="Follow no more", response={204: None})
def unfollow(request: HttpRequest, follow_id: UUID) -> Any:
    actions.unfollow(_actor(request), follow_id=follow_id)
    return Status(204, None)


@router.post(
    "/hub/followers/{follow_id}/accept", summary="Let somebody follow", response={204: None}
)
def accept_follower(request: HttpRequest, follow_id: UUID) -> Any:
    actions.answer_follower(_actor(request), follow_id=follow_id, accept=True)
    return Status(204, None)


@router.delete(
    "/hub/followers/{follow_id}", summary="Refuse or remove a follower", response={204: None}
)
def remove_follower(request: HttpRequest, follow_id: UUID) -> Any:
    actions.answer_follower(_actor(request), follow_id=follow_id, accept=False)
    return Status(204, None)


@router.get("/hub/quarantine", summary="What waits in quarantine", response=list[Any])
def list_held(request: HttpRequest) -> Any:
    return to_plain(queries.held(_actor(request)))


@router.post("/hub/quarantine/{waiting_id}/accept", summary="Let it in", response={204: None})
def let_in(request: HttpRequest, waiting_id: int) -> Any:
    actions.let_in(_actor(request), waiting_id=waiting_id)
    return Status(204, None)


@router.delete("/hub/quarantine/{waiting_id}", summary="Throw it away", response={204: None})
def turn_away(request: HttpRequest, waiting_id: int, block: bool = False) -> Any:  # noqa: FBT001, FBT002 - a query parameter
    actions.turn_away(_actor(request), waiting_id=waiting_id, and_block=block)
    return Status(204, None)


@router.get("/hub/blocks", summary="Blocks of servers and accounts", response=dict[str, Any])
def list_blocks(request: HttpRequest, search: str = "", cursor: str = "") -> Any:
    return to_plain(queries.decisions(_actor(request), search=search, cursor=cursor))


@router.post("/hub/blocks", summary="Block a server or an account", response={201: dict[str, Any]})
def add_block(request: HttpRequest, body: BlockIn) -> Any:
    rule = actions.block(
        _actor(request), target=body.target, verdict=body.verdict, comment=body.comment
    )
    return Status(201, {"id": str(rule.id), "kind": rule.kind, "value": rule.value})


@router.post("/hub/blocks/import", summary="Import a block list", response=dict[str, Any])
def import_blocks(request: HttpRequest, body: ListIn) -> Any:
    run = moderation.preview_blocks if body.preview else actions.import_blocks
    return to_plain(run(_actor(request), text=body.text))


@router.delete("/hub/blocks/{rule_id}", summary="Take a block back", response={204: None})
def remove_block(request: HttpRequest, rule_id: UUID) -> Any:
    actions.unblock(_actor(request), rule_id=rule_id)
    return Status(204, None)


@router.get("/hub/blocks.csv", summary="The blocks of servers, for Mastodon")
def export_blocks(request: HttpRequest) -> HttpResponse:
    return HttpResponse(moderation.export_blocks(_actor(request)), content_type="text/csv")


@router.get("/hub/reports", summary="Reports of other servers", response=list[Any])
def list_reports(request: HttpRequest, handled: bool = False) -> Any:  # noqa: FBT001, FBT002 - a query parameter
    return to_plain(queries.reports(_actor(request), handled=handled))


@router.post("/hub/reports/{report_id}/settle", summary="Report dealt with", response={204: None})
def settle_report(request: HttpRequest, report_id: UUID, body: NoteIn) -> Any:
    actions.settle_report(_actor(request), report_id=report_id, note=body.note)
    return Status(204, None)


@router.post("/hub/reactions", summary="React to a post elsewhere", response={204: None})
def react(request: HttpRequest, body: ReactionIn) -> Any:
    actions.react(_actor(request), **body.dict())
    return Status(204, None)


@router.get("/hub/events/{event_id}/turnout", response=dict[str, Any])
def event_turnout(request: HttpRequest, event_id: UUID) -> Any:
    """Invited, registered, attended, bought: people, each once."""
    found = turnout.of_event(_actor(request), event_id)
    rates = ("answer_rate", "attendance_rate", "purchase_rate")
    return to_plain(found) | {name: getattr(found, name) for name in rates}


@router.get("/hub/polls", summary="A poll elsewhere as it stands", response=dict[str, Any])
def get_poll(request: HttpRequest, channel_id: UUID, uri: str) -> Any:
    return to_plain(outward.poll(_actor(request), channel_id=channel_id, uri=uri))


@router.post("/hub/votes", summary="Vote in a poll elsewhere", response={204: None})
def vote(request: HttpRequest, body: VoteIn) -> Any:
    outward.vote(_actor(request), **body.dict())
    return Status(204, None)


@router.post("/hub/flags", summary="Report a post to its server", response={204: None})
def flag(request: HttpRequest, body: FlagIn) -> Any:
    outward.report(_actor(request), **body.dict())
    return Status(204, None)
