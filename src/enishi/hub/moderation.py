"""What people decide: whom to block, whom to let in, when keys are replaced."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.hub.federation import keyring, ourselves, rules, shipping, ties
from enishi.hub.models import (
    Direction,
    Follow,
    FollowState,
    Hub,
    HubActor,
    HubKey,
    HubObject,
    Inbound,
    InboundState,
    RemoteActor,
    RemoteObject,
    Report,
    Rule,
    Shipment,
    Verdict,
)
from enishi.hub.protocol import documents
from enishi.hub.protocol.messages import host_of
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError, NotFoundError

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+(?::\d{1,5})?|localhost")
_LARGEST = 2_000_000


@dataclass(frozen=True, slots=True)
class Imported:
    """What a block list brought."""

    added: int
    known: int
    unreadable: int


@transaction.atomic
def block(
    actor: Actor,
    *,
    kind: str,
    value: str,
    verdict: str = Verdict.BLOCK,
    comment: str = "",
    source: str = "",
) -> Rule:
    """Decide about a server (`domain`) or an account (`actor`) for the actor's hub.

    Who is blocked follows us no more, and we follow them no more: they are told so, and then
    nothing more is sent to them. What they said leaves our pages. A further decision about the
    same replaces the first.
    """
    hub = _hub(actor)
    rule, _is_new = Rule.objects.update_or_create(
        hub=hub,
        kind=kind,
        value=_checked(kind, value),
        defaults={"verdict": Verdict(verdict), "comment": comment, "source": source[:200]},
    )
    if rule.verdict == Verdict.BLOCK:
        _end_ties(hub, rule)
    return rule


@transaction.atomic
def unblock(actor: Actor, *, kind: str, value: str) -> None:
    """Take a decision back; what was ended by it stays ended."""
    Rule.objects.filter(hub=_hub(actor), kind=kind, value=_checked(kind, value)).delete()


def _checked(kind: str, value: str) -> str:
    text = value.strip()
    if kind == "domain":
        # the one spelling that senders are known by: xn--…, no dot at the end
        text = text.lower().removeprefix("https://").removeprefix("http://")
        text = host_of(f"https://{text}")
        if not _HOST.fullmatch(text):
            raise InvalidInputError(_("This is not the name of a server."), field="value")
        return text
    if kind == "actor" and text.startswith(("https://", "http://")):
        return text
    raise InvalidInputError(_("Give the address of an account or a server."), field="value")


def _end_ties(hub: Hub, rule: Rule) -> None:
    """Part with those who are blocked now, and tell them so: it is the last that they get."""
    remotes = RemoteActor.objects.filter(uri=rule.value)
    if rule.kind == "domain":
        remotes = RemoteActor.objects.filter(rules.within(rule.value))
        shipping.drop_waiting(hub, rule.value)
    rows = Follow.objects.filter(actor__hub=hub, remote__in=remotes)
    for tie in rows.select_related("actor", "remote"):
        ties.leave(tie)


def import_blocks(actor: Actor, *, text: str) -> Imported:
    """Import a block list as Mastodon exports it (CSV), or one with a server on each line."""
    actor.require(Permission.CHANNELS_MANAGE)
    hub = _hub(actor)
    found = _read(hub, text)
    for line in found.new:
        block(
            actor,
            kind="domain",
            value=line.host,
            verdict=line.verdict,
            comment=line.comment,
            source="import",
        )
    return found.counts


def preview_blocks(actor: Actor, *, text: str) -> Imported:
    """What `import_blocks` would bring; nothing is changed."""
    return _read(_hub(actor), text).counts


@dataclass(frozen=True, slots=True)
class _Line:
    host: str
    verdict: Verdict
    comment: str


@dataclass(frozen=True, slots=True)
class _List:
    new: Sequence[_Line]
    counts: Imported


def _read(hub: Hub, text: str) -> _List:
    if len(text) > _LARGEST:
        raise InvalidInputError(_("The list is too long."), field="text")
    decided = set(Rule.objects.filter(hub=hub, kind="domain").values_list("value", flat=True))
    new: dict[str, _Line] = {}
    known = unreadable = 0
    for row in csv.reader(io.StringIO(text.lstrip("\ufeff"))):
        if not row or not row[0].strip() or row[0].lstrip("#").strip() == "domain":
            continue
        verdict = _verdict([cell.strip().lower() for cell in row])
        comment = row[4] if len(row) > 4 else ""  # noqa: PLR2004 - public_comment
        try:
            host = _checked("domain", row[0])
        except InvalidInputError:
            unreadable += 1
            continue
        if verdict is None or host in decided or host in new:
            known += 1
            continue
        new[host] = _Line(host, verdict, comment)
    return _List(list(new.values()), Imported(len(new), known, unreadable))


_SEVERITIES = {Verdict.BLOCK: "suspend", Verdict.QUIET: "silence", Verdict.NO_MEDIA: "noop"}


def export_blocks(actor: Actor) -> str:
    """The decisions about servers, as Mastodon imports them (CSV)."""
    rows = Rule.objects.filter(hub=_hub(actor), kind="domain", verdict__in=_SEVERITIES)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        [
            "#domain",
            "#severity",
            "#reject_media",
            "#reject_reports",
            "#public_comment",
            "#obfuscate",
        ]
    )
    for rule in rows.order_by("value"):
        media = str(rule.verdict != Verdict.QUIET).lower()
        severity = _SEVERITIES[Verdict(rule.verdict)]
        writer.writerow([rule.value, severity, media, media, rule.comment, "false"])
    return out.getvalue()


def _verdict(row: list[str]) -> Verdict | None:
    severity = row[1] if len(row) > 1 else "suspend"
    found = {"suspend": Verdict.BLOCK, "": Verdict.BLOCK, "silence": Verdict.QUIET}.get(severity)
    if found is None and len(row) > 2 and row[2] == "true":  # noqa: PLR2004 - reject_media
        return Verdict.NO_MEDIA
    return found


@transaction.atomic
def release(actor: Actor, inbound_id: int) -> None:
    """Let something out of the quarantine; its sender is trusted from now on."""
    actor.require(Permission.INBOX_MANAGE)
    row = Inbound.objects.filter(id=inbound_id, state=InboundState.QUARANTINED).first()
    if row is None:
        raise NotFoundError(_("This does not wait any more."))
    RemoteActor.objects.filter(id=row.remote_id).update(trusted=True)
    Inbound.objects.filter(remote_id=row.remote_id, state=InboundState.QUARANTINED).update(
        state=InboundState.NEW
    )


@transaction.atomic
def discard(actor: Actor, inbound_id: int) -> None:
    """Throw away what waits in quarantine."""
    actor.require(Permission.INBOX_MANAGE)
    Inbound.objects.filter(id=inbound_id, state=InboundState.QUARANTINED).update(
        state=InboundState.REFUSED, problem="discarded"
    )


@transaction.atomic
def answer_follower(actor: Actor, follow_id: UUID, *, accept: bool) -> None:
    """Let somebody follow who asked, or not."""
    actor.require(Permission.CHANNELS_MANAGE)
    tie = (
        Follow.objects.select_related("actor__hub", "remote")
        .filter(id=follow_id, actor__hub=_hub(actor), direction=Direction.IN)
        .first()
    )
    if tie is None:
        raise NotFoundError(_("Nobody asks to follow."))
    if accept:
        Follow.objects.filter(id=tie.id).update(state=FollowState.ACCEPTED)
        ties.answer(tie, "Accept")
        return
    ties.answer(tie, "Reject")
    tie.delete()


@transaction.atomic
def hide(actor: Actor, object_id: UUID, *, hidden: bool = True) -> None:
    """Take what somebody said off our pages, or put it back."""
    actor.require(Permission.INBOX_MANAGE)
    uris = HubObject.objects.filter(actor__hub=_hub(actor)).values("uri")
    rows = RemoteObject.objects.filter(id=object_id, in_reply_to__in=uris)
    if not rows.update(hidden=hidden):
        raise NotFoundError(_("There is no such answer."))


@transaction.atomic
def settle_report(actor: Actor, report_id: UUID) -> None:
    """Note that a complaint was dealt with."""
    actor.require(Permission.INBOX_MANAGE)
    Report.objects.filter(id=report_id, hub=_hub(actor)).update(handled_at=clock.now())


@transaction.atomic
def rotate_keys(actor: Actor, account_id: UUID) -> HubKey:
    """Give an account new keys, and tell its followers, signed by the old one."""
    actor.require(Permission.CHANNELS_MANAGE)
    account = HubActor.objects.filter(id=account_id, hub=_hub(actor)).first()
    if account is None:
        raise NotFoundError(_("There is no such account."))
    old = keyring.rotate(account)
    announce(account, key=old)
    return keyring.signing_key(account)


def announce(account: HubActor, *, key: HubKey | None = None) -> Shipment:
    """Tell followers how an account looks now."""
    now = clock.now()
    document = documents.activity(
        "Update",
        uri=f"{account.uri}/updates/{int(now.timestamp() * 1000)}",
        actor=account.uri,
        of=ourselves.actor_document(account),
        to=["https://www.w3.org/ns/activitystreams#Public"],
        published=now,
    )
    inboxes = shipping.inboxes_of_followers(account)
    return shipping.ship(account, document, inboxes=inboxes, key=key)


def _hub(actor: Actor) -> Hub:
    actor.require(Permission.INBOX_MANAGE)
    found = Hub.objects.filter(workspace_id=actor.workspace_id).first()
    if found is None:
        raise NotFoundError(_("This workspace has no hub."))
    return found
