"""The hub as a network: what its adapter may ask of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from enishi.channels.contract import (
    Account,
    Attachment,
    Metric,
    Outgoing,
    Page,
    People,
    Person,
    Receipt,
    Tie,
)
from enishi.channels.errors import AuthExpiredError, RejectedError
from enishi.hub import things
from enishi.hub.composing import find_account
from enishi.hub.federation import actors, notes, ourselves, rules, ties
from enishi.hub.models import (
    Direction,
    Follow,
    FollowState,
    HubActor,
    HubObject,
    Notice,
    RemoteActor,
)
from enishi.hub.protocol import addresses, texts
from enishi.hub.protocol.errors import RefusedError
from enishi.kernel import clock
from enishi.vocab import Node, build

_PAGE = 400
_SHOWN = 40

Media = Sequence[tuple[Attachment, bytes]]


class HubNetwork:
    """The hubs of this installation, for one account at a time."""

    def account(self, token: str) -> Account:
        """The actor whose id the token is; it is stored like any credential."""
        actor = _actor(token)
        return Account(
            remote_id=actor.uri,
            handle=f"{actor.handle}@{actor.host}",
            name=actor.name,
            url=actor.url,
            service_url=actor.base,
            avatar_url=addresses.media_url(actor.base, actor.icon) if actor.icon else "",
            description=texts.to_text(actor.summary),
        )

    def publish(self, token: str, outgoing: Outgoing, media: Media) -> Receipt:
        """Publish a post with its thread; the same key again changes nothing."""
        return _receipt(things.publish(_actor(token), outgoing, media))

    def find(self, token: str, key: str) -> Receipt | None:
        """What stands under a key."""
        found = things.by_key(_actor(token), key)
        return _receipt(found) if found else None

    def edit(self, token: str, remote_id: str, outgoing: Outgoing, media: Media) -> Receipt:
        """Change a post and tell everybody."""
        return _receipt([things.edit(_thing(_actor(token), remote_id), outgoing, media)])

    def edited(self, token: str, remote_id: str, outgoing: Outgoing) -> Receipt | None:
        """Whether a post says already what it is to say."""
        thing = _thing(_actor(token), remote_id)
        return _receipt([thing]) if things.says(thing, outgoing) else None

    def delete(self, token: str, remote_id: str) -> None:
        """Take a post down with the thread sent below it; gone counts as done."""
        rows = HubObject.objects.filter(actor=_actor(token), uri=remote_id, deleted_at=None)
        for thing in rows.select_related("actor__hub"):
            things.delete(thing)

    def inbox(self, token: str, cursor: str) -> Page:
        """What people did after the cursor, oldest first."""
        after = int(cursor) if cursor.isdecimal() else 0
        rows = list(Notice.objects.filter(actor=_actor(token), id__gt=after).order_by("id")[:_PAGE])
        return Page(
            items=[Node.trusted(row.document) for row in rows],
            cursor=str(rows[-1].id) if rows else cursor,
            more=len(rows) == _PAGE,
        )

    def history(self, token: str, cursor: str) -> Page:
        """What the account published after the cursor, oldest first."""
        actor = _actor(token)
        rows = HubObject.objects.filter(actor=actor, deleted_at=None).select_related("actor")
        rows = rows.order_by("published", "id")
        if cursor:
            rows = rows.filter(published__gt=cursor)
        found = list(rows[:_PAGE])
        return Page(
            items=[_own_post(actor, thing) for thing in found],
            cursor=found[-1].published.isoformat() if found else cursor,
            more=len(found) == _PAGE,
        )

    def metrics(self, token: str, subjects: Sequence[str]) -> list[Metric]:
        """Numbers of the account, or of its posts."""
        actor = _actor(token)
        return _of_posts(actor, subjects) if subjects else _of_account(actor)

    def follow(self, token: str, account_id: str) -> None:
        """Follow somebody, given by id or as @user@host."""
        actor, remote = _actor(token), _remote(account_id)
        if rules.is_blocked(actor.hub, host=remote.host, actor=remote.uri):
            raise RejectedError(_("This account or its server is blocked."), field="account_id")
        ties.follow(actor, remote)

    def unfollow(self, token: str, account_id: str) -> None:
        """Follow somebody no more."""
        ties.unfollow(_actor(token), _remote(account_id))

    def look(self, token: str, account_id: str) -> Person:
        """Somebody as we see them, given by id or as @user@host."""
        actor, remote = _actor(token), _remote(account_id)
        found = {tie.direction: tie for tie in Follow.objects.filter(actor=actor, remote=remote)}
        theirs = found.get(Direction.IN)
        return Person(
            account_id=remote.uri,
            address=str(remote),
            name=remote.name or remote.handle,
            url=remote.url or remote.uri,
            about=texts.to_text(remote.summary),
            tie=_tie(found.get(Direction.OUT)),
            follows_us=theirs is not None and theirs.state == FollowState.ACCEPTED,
            asks_first=remote.locked,
            blocked=rules.is_blocked(actor.hub, host=remote.host, actor=remote.uri),
        )

    def following(self, token: str, cursor: str) -> People:
        """Those whom an account follows or asked to follow, the newest first."""
        rows = Follow.objects.filter(actor=_actor(token), direction=Direction.OUT)
        start = int(cursor) if cursor.isdecimal() else 0
        found = list(
            rows.select_related("remote").order_by("-created_at", "-id")[start : start + _SHOWN + 1]
        )
        return People(
            [_followed(tie) for tie in found[:_SHOWN]],
            str(start + _SHOWN) if len(found) > _SHOWN else "",
        )


def _followed(tie: Follow) -> Person:
    remote = tie.remote
    return Person(
        account_id=remote.uri,
        address=str(remote),
        name=remote.name or remote.handle,
        url=remote.url or remote.uri,
        tie=_tie(tie),
        asks_first=remote.locked,
    )


def _tie(tie: Follow | None) -> Tie:
    return Tie(tie.state) if tie is not None else Tie.NONE


def _actor(token: str) -> HubActor:
    rows = HubActor.objects.select_related("hub__workspace", "channel").filter(hub__isnull=False)
    found = rows.filter(uri=token).first() if token else None
    if found is None:
        raise AuthExpiredError(_("This account of the hub no longer exists."))
    return found


def _thing(actor: HubActor, remote_id: str) -> HubObject:
    thing = notes.our_object(remote_id)
    if thing is None or thing.actor_id != actor.id:
        raise RejectedError(_("This post no longer exists."), field="remote_id")
    return thing


def _remote(account_id: str) -> RemoteActor:
    name, _at, host = account_id.strip().lstrip("@").rpartition("@")
    try:
        if account_id.startswith(("https://", "http://")):
            ours = ties.our_actor(account_id)
            return ourselves.as_remote(ours) if ours else actors.resolve(account_id)
        found = find_account(name, host.lower()) if name and host else None
    except RefusedError as error:
        raise RejectedError(_("This account cannot be found."), detail=str(error)) from error
    if found is None:
        raise RejectedError(_("This account cannot be found."), field="account_id")
    return found


def _receipt(found: Sequence[HubObject]) -> Receipt:
    first = found[0]
    comment = next((one.uri for one in found if one.key.endswith("/comment")), "")
    return Receipt(
        remote_id=first.uri,
        url=first.url,
        extra={"handle": f"{first.actor.handle}@{first.actor.host}"},
        parts=[one.uri for one in found[1:] if one.uri != comment],
        comment=comment,
    )


def _own_post(actor: HubActor, thing: HubObject) -> Node:
    words = thing.source
    return build(
        "Create",
        id=f"{thing.uri}/create",
        published=thing.published,
        actor=build(
            "Organization",
            id=actor.uri,
            name=actor.name,
            preferred_username=actor.handle,
            url=actor.url,
        ),
        object=build(
            thing.type,
            id=thing.uri,
            name=thing.name or None,
            content=words,
            content_map={thing.language: words} if thing.language else None,
            url=thing.url,
            published=thing.published,
            in_reply_to=thing.in_reply_to or None,
            context=thing.context or thing.uri,
            quote_url=thing.quote or None,
            tag=[dict(tag) for tag in thing.tags] or None,
        ),
    )


def _of_account(actor: HubActor) -> list[Metric]:
    now = clock.now()
    rows = Follow.objects.filter(actor=actor, state=FollowState.ACCEPTED)
    posts = HubObject.objects.filter(actor=actor, deleted_at=None)
    numbers = {
        "followers": rows.filter(direction=Direction.IN).count(),
        "following": rows.filter(direction=Direction.OUT).count(),
        "posts": posts.count(),
    }
    return [Metric("", name, float(value), now) for name, value in numbers.items()]


def _of_posts(actor: HubActor, subjects: Sequence[str]) -> list[Metric]:
    now = clock.now()
    rows = HubObject.objects.filter(actor=actor, uri__in=list(subjects), deleted_at=None)
    return [
        Metric(thing.uri, name, float(value), now)
        for thing in rows
        for name, value in (
            ("likes", thing.likes),
            ("reshares", thing.shares),
            ("replies", thing.replies),
            ("quotes", thing.quotes),
        )
    ]
