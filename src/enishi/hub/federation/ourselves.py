"""Our actors and objects as documents."""

from __future__ import annotations

from enishi.hub.federation import keyring
from enishi.hub.models import HubActor, HubObject, RemoteActor
from enishi.hub.protocol import addresses, documents
from enishi.hub.protocol.documents import ActorInfo, Json, ObjectInfo, Picture
from enishi.kernel import clock


def actor_document(actor: HubActor) -> Json:
    """An actor as other servers read it."""
    icon = addresses.media_url(actor.base, actor.icon) if actor.icon else ""
    return documents.actor(
        ActorInfo(
            uri=actor.uri,
            type=actor.type,
            handle=actor.handle,
            name=actor.name,
            url=actor.url if actor.hub_id else f"{actor.base}/",
            shared_inbox=addresses.shared_inbox(actor.base),
            keys=keyring.shown(actor),
            summary=actor.summary,
            icon=icon,
            icon_type=actor.icon_type,
            locked=actor.locked,
            discoverable=actor.discoverable,
            moved_to=actor.moved_to,
            also_known_as=actor.also_known_as,
            published=actor.created_at,
            has_collections=actor.hub_id is not None,
            fields=[(str(name), str(value)) for name, value in actor.fields],
        )
    )


def object_document(thing: HubObject) -> Json:
    """An object as other servers read it, without its context; a tombstone when deleted."""
    if thing.deleted_at:
        return documents.tombstone(thing.uri, thing.type, thing.deleted_at)
    base = thing.actor.base
    return documents.thing(
        ObjectInfo(
            uri=thing.uri,
            type=thing.type,
            author=thing.actor.uri,
            url=thing.url,
            html=thing.html,
            to=thing.to,
            cc=thing.cc,
            published=thing.published,
            updated=thing.updated,
            language=thing.language,
            source=thing.source if thing.type == "Article" else "",
            summary=thing.summary,
            sensitive=thing.sensitive,
            name=thing.name,
            in_reply_to=thing.in_reply_to,
            context=thing.context or thing.uri,
            quote=thing.quote,
            quote_authorization=thing.quote_authorization,
            tags=thing.tags,
            pictures=[
                Picture(
                    addresses.media_url(base, one["path"]),
                    one["media_type"],
                    one.get("alt", ""),
                    one.get("width", 0),
                    one.get("height", 0),
                    one.get("focus", ()),
                    addresses.media_url(base, one["poster"]) if one.get("poster") else "",
                    one.get("poster_type", ""),
                )
                for one in thing.pictures
            ],
            data=thing.data,
            replies=f"{thing.uri}/replies",
        )
    )


def create_document(thing: HubObject) -> Json:
    """The Create of an object."""
    return documents.activity(
        "Create",
        uri=f"{thing.uri}/create",
        actor=thing.actor.uri,
        of=object_document(thing),
        to=thing.to,
        cc=thing.cc,
        published=thing.published,
    )


def as_remote(actor: HubActor) -> RemoteActor:
    """One of ours as another hub of this installation knows it."""
    now = clock.now()
    remote, _ = RemoteActor.objects.update_or_create(
        uri=actor.uri,
        defaults={
            "type": actor.type,
            "handle": actor.handle,
            "name": actor.name,
            "host": actor.host,
            "url": actor.url,
            "icon_url": addresses.media_url(actor.base, actor.icon) if actor.icon else "",
            "inbox": f"{actor.uri}/inbox",
            "shared_inbox": addresses.shared_inbox(actor.base),
            "followers_uri": actor.followers_uri,
            "locked": actor.locked,
            "joined_at": actor.created_at,
            "also_known_as": actor.also_known_as,
            "fetched_at": now,
            "keys_fetched_at": now,
        },
    )
    return remote
