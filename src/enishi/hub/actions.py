"""What members decide about the hub's company: whom to follow, let in, keep out, believe."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.accounts.signals import administered
from enishi.hub import directory, moderation, provisioning, reacting
from enishi.hub.federation import rules, ties
from enishi.hub.models import (
    Direction,
    Follow,
    Hub,
    HubActor,
    RemoteActor,
    Report,
    Rule,
    Verdict,
)
from enishi.hub.models.people import Quarantine
from enishi.hub.moderation import Imported
from enishi.hub.protocol import texts
from enishi.hub.protocol.errors import RefusedError
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError, NotFoundError

REACTIONS = {"like": reacting.LIKE, "share": reacting.SHARE, "emoji": reacting.EMOJI}
_LONGEST_NOTE = 2000


# ── people ──


def follow(actor: Actor, *, address: str) -> Follow:
    """Ask to follow the account `@name@host` (or its web address). Asking again does no harm."""
    hub = _hub(actor, Permission.CHANNELS_MANAGE)
    remote = directory.find(address)
    if rules.is_blocked(hub, host=remote.host, actor=remote.uri):
        raise ConflictError(
            _("This account or its server is blocked."), remedy=_("Take the block back first.")
        )
    with transaction.atomic():
        tie = ties.follow(directory.organisation(hub), remote)
        _told(actor, "Follow", str(remote), tie.id)
    return tie


@transaction.atomic
def unfollow(actor: Actor, *, follow_id: UUID) -> None:
    """Follow somebody no more."""
    hub = _hub(actor, Permission.CHANNELS_MANAGE)
    tie = _tie(hub, follow_id, Direction.OUT)
    ties.unfollow(tie.actor, tie.remote)
    _told(actor, "Undo", str(tie.remote), follow_id)


@transaction.atomic
def answer_follower(actor: Actor, *, follow_id: UUID, accept: bool) -> None:
    """Let somebody follow who asked, or refuse; refusing also ends a following that stands."""
    hub = _hub(actor, Permission.CHANNELS_MANAGE)
    tie = _tie(hub, follow_id, Direction.IN)
    moderation.answer_follower(actor, follow_id, accept=accept)
    _told(actor, "Accept" if accept else "Reject", str(tie.remote), follow_id)


@transaction.atomic
def open_account(actor: Actor, *, handle: str, name: str) -> HubActor:
    """Give a person who writes an account of the hub's, with a channel to publish to."""
    hub = _hub(actor, Permission.CHANNELS_MANAGE)
    if not name.strip():
        raise InvalidInputError(_("Give a name."), field="name")
    if actor.user_id is None:
        raise InvalidInputError(_("Only a member can open an account."), field="handle")
    made = provisioning.open_account(
        hub, handle=handle, name=name.strip(), kind="Person", user_id=actor.user_id
    )
    provisioning.connect(made, user_id=actor.user_id)
    _told(actor, "Add", str(made), made.id)
    return made


# ── keeping out ──


@transaction.atomic
def block(actor: Actor, *, target: str, verdict: str = Verdict.BLOCK, comment: str = "") -> Rule:
    """Decide about a server (`example.com`) or an account (`@name@host`, or its id).

    `verdict` is block, quiet, no_media or allow; a further decision replaces the first.
    """
    _hub(actor, Permission.INBOX_MANAGE)
    if verdict not in Verdict.values:
        raise InvalidInputError(
            _("There is no such decision."),
            field="verdict",
            remedy=_("Choose from: %s.") % ", ".join(Verdict.values),
        )
    kind, value = _target(target.strip())
    rule = moderation.block(
        actor, kind=kind, value=value, verdict=verdict, comment=comment.strip()[:_LONGEST_NOTE]
    )
    _told(actor, "Block" if verdict == Verdict.BLOCK else "Update", rule.value, rule.id)
    return rule


def _target(text: str) -> tuple[str, str]:
    """What a block is about; an account that cannot be asked any more is taken as we know it."""
    name, _at, host = text.lstrip("@").rpartition("@")
    if name and host:
        known = RemoteActor.objects.filter(handle__iexact=name, host=host.lower()).first()
        return "actor", (known or directory.find(text)).uri
    if text.startswith(("https://", "http://")) and text.rstrip("/").count("/") > 2:  # noqa: PLR2004
        known = RemoteActor.objects.filter(url=text).first()
        return "actor", known.uri if known else text
    return "domain", text


@transaction.atomic
def unblock(actor: Actor, *, rule_id: UUID) -> None:
    """Take a decision back; followings that it ended stay ended."""
    hub = _hub(actor, Permission.INBOX_MANAGE)
    rule = Rule.objects.filter(id=rule_id, hub=hub).first()
    if rule is None:
        raise NotFoundError(_("There is no such block."), field="rule")
    rule.delete()
    _told(actor, "Undo", rule.value, rule_id)


@transaction.atomic
def import_blocks(actor: Actor, *, text: str) -> Imported:
    """Import a block list: a CSV file as Mastodon exports it, or a server on each line."""
    hub = _hub(actor, Permission.CHANNELS_MANAGE)
    done = moderation.import_blocks(actor, text=text)
    _told(actor, "Add", f"blocks: {done.added}", hub.id)
    return done


# ── what waits ──


@transaction.atomic
def let_in(actor: Actor, *, waiting_id: int) -> None:
    """Let somebody's words out of the quarantine; all that they say comes through from now on."""
    held = directory.held(_hub(actor, Permission.INBOX_MANAGE), waiting_id)
    moderation.release(actor, held.id)
    _told(actor, "Accept", str(held.remote), held.remote_id)


@transaction.atomic
def turn_away(actor: Actor, *, waiting_id: int, and_block: bool = False) -> None:
    """Throw away what waits, and block who said it if wished."""
    held = directory.held(_hub(actor, Permission.INBOX_MANAGE), waiting_id)
    moderation.discard(actor, held.id)
    _told(actor, "Reject", str(held.remote), held.remote_id)
    if and_block:
        block(actor, target=held.remote.uri)


@transaction.atomic
def settle_report(actor: Actor, *, report_id: UUID, note: str = "") -> Report:
    """Note that a complaint was dealt with, and how."""
    hub = _hub(actor, Permission.INBOX_MANAGE)
    report = Report.objects.select_for_update().filter(id=report_id, hub=hub).first()
    if report is None:
        raise NotFoundError(_("There is no such report."), field="report")
    report.handled_at = report.handled_at or clock.now()
    report.note = note.strip()[:_LONGEST_NOTE] or report.note
    report.save(update_fields=["handled_at", "note"])
    _told(actor, "Update", f"report of {report.host}", report.id)
    return report


# ── ourselves ──


@dataclass(frozen=True, slots=True)
class Manner:
    """How open the hub is; what is None stays as it is."""

    signed_reads: bool | None = None
    locked: bool | None = None
    allowed_only: bool | None = None
    quarantine: str | None = None


@transaction.atomic
def change_manner(actor: Actor, manner: Manner) -> Hub:
    """Who may read, who may follow at once, whose first words wait."""
    hub = _hub(actor, Permission.CHANNELS_MANAGE)
    if manner.quarantine is not None and manner.quarantine not in Quarantine.values:
        raise InvalidInputError(
            _("There is no such quarantine."),
            field="quarantine",
            remedy=_("Choose from: %s.") % ", ".join(Quarantine.values),
        )
    for name in ("signed_reads", "allowed_only", "quarantine"):
        if (value := getattr(manner, name)) is not None:
            setattr(hub, name, value)
    hub.save(update_fields=["signed_reads", "allowed_only", "quarantine"])
    if manner.locked is not None:
        _lock(hub, locked=manner.locked)
    _told(actor, "Update", f"hub {hub}", hub.id)
    return hub


def _lock(hub: Hub, *, locked: bool) -> None:
    changed = hub.actors.select_related("hub__workspace", "channel").exclude(locked=locked)
    for account in changed:
        account.locked = locked
        account.save(update_fields=["locked"])
        moderation.announce(account)


@transaction.atomic
def rotate_keys(actor: Actor, *, account_id: UUID) -> HubActor:
    """Give an account new keys; its followers' servers are told, signed by the old ones."""
    _hub(actor, Permission.CHANNELS_MANAGE)
    key = moderation.rotate_keys(actor, account_id)
    _told(actor, "Update", f"keys of {key.actor}", account_id)
    return key.actor


def react(
    actor: Actor, *, channel_id: UUID, uri: str, kind: str, emoji: str = "", undo: bool = False
) -> None:
    """Like, share or answer with an emoji a post of somebody else, or undo it.

    With the account of a hub's channel. Mastodon shows no emoji; Misskey, Pleroma and others do.
    """
    actor.require(Permission.INBOX_REPLY)
    if kind not in REACTIONS:
        raise InvalidInputError(
            _("There is no such reaction."), field="kind", remedy=_("Choose like, share or emoji.")
        )
    content = emoji.strip() if kind == "emoji" else ""
    if kind == "emoji" and not texts.is_emoji(content):
        raise InvalidInputError(_("Choose one emoji."), field="emoji")
    account = directory.account_of(actor, channel_id)
    try:
        if undo:
            reacting.take_back(account, uri, REACTIONS[kind], content)
        else:
            reacting.react(account, uri, REACTIONS[kind], content)
    except RefusedError as error:
        raise directory.not_found(error, "uri") from error
    _told(actor, "Undo" if undo else REACTIONS[kind], uri, account.id)


# ── what all of them need ──


def _hub(actor: Actor, permission: Permission) -> Hub:
    actor.require(permission)
    return directory.hub_of(actor)


def _tie(hub: Hub, follow_id: UUID, direction: Direction) -> Follow:
    rows = Follow.objects.select_related("actor__hub__workspace", "remote")
    found = rows.filter(id=follow_id, actor__hub=hub, direction=direction).first()
    if found is None:
        raise NotFoundError(_("There is no such person here."), field="follow")
    return found


def _told(actor: Actor, kind: str, name: str, about: UUID) -> None:
    administered.send(Hub, actor=actor, type=kind, name=name, object_id=about)
