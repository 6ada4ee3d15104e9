"""The words of ActivityStreams 2.0, and the few of schema.org that stand beside them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from functools import lru_cache
from typing import Final

NAMESPACE: Final = "https://www.w3.org/ns/activitystreams"
CONTEXT: Final = NAMESPACE
PUBLIC: Final = f"{NAMESPACE}#Public"
SCHEMA: Final = "https://schema.org/"
ENISHI: Final = "urn:enishi:"

_NAMESPACE_SPELLINGS: Final = (
    "https://www.w3.org/ns/activitystreams#",
    "http://www.w3.org/ns/activitystreams#",
    "as:",
)
_SCHEMA_SPELLINGS: Final = ("https://schema.org/", "http://schema.org/", "schema:")

CORE_TYPES: Final = frozenset(
    {
        "Object",
        "Link",
        "Activity",
        "IntransitiveActivity",
        "Collection",
        "OrderedCollection",
        "CollectionPage",
        "OrderedCollectionPage",
    }
)
INTRANSITIVE_TYPES: Final = frozenset({"Arrive", "Question", "Travel"})
ACTIVITY_TYPES: Final = INTRANSITIVE_TYPES | frozenset(
    {
        "Accept",
        "Add",
        "Announce",
        "Block",
        "Create",
        "Delete",
        "Dislike",
        "Flag",
        "Follow",
        "Ignore",
        "Invite",
        "Join",
        "Leave",
        "Like",
        "Listen",
        "Move",
        "Offer",
        "Read",
        "Reject",
        "Remove",
        "TentativeAccept",
        "TentativeReject",
        "Undo",
        "Update",
        "View",
    }
)
ACTOR_TYPES: Final = frozenset({"Application", "Group", "Organization", "Person", "Service"})
OBJECT_TYPES: Final = frozenset(
    {
        "Article",
        "Audio",
        "Document",
        "Event",
        "Image",
        "Note",
        "Page",
        "Place",
        "Profile",
        "Relationship",
        "Tombstone",
        "Video",
    }
)
LINK_TYPES: Final = frozenset({"Link", "Mention", "Hashtag"})
"""`Hashtag` is no core type, but every network writes it."""
COLLECTION_TYPES: Final = frozenset(
    {"Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"}
)
PAGE_TYPES: Final = frozenset({"CollectionPage", "OrderedCollectionPage"})
AS2_TYPES: Final = CORE_TYPES | ACTIVITY_TYPES | ACTOR_TYPES | OBJECT_TYPES | LINK_TYPES
BASE_TYPES: Final = frozenset({"Object", "Link", "Activity", "IntransitiveActivity"})
"""Types that say little: another type beside them tells more."""

SEARCH: Final = "schema:SearchAction"
VIEW: Final = "schema:ViewAction"
BUY: Final = "schema:BuyAction"
ORDER: Final = "schema:OrderAction"
LEAD: Final = "schema:RegisterAction"
CLICK: Final = "schema:InteractAction"
REVIEW: Final = "schema:ReviewAction"
SAVE: Final = "schema:BookmarkAction"
SCHEMA_TYPES: Final = frozenset({SEARCH, VIEW, BUY, ORDER, LEAD, CLICK, REVIEW, SAVE})
"""What people do that ActivityStreams has no word for. A lead is a registration; a click is
an interaction with a link. Write them beside the base type: `("Activity", terms.BUY)`."""


class Kind(Enum):
    """What the values of a property look like."""

    REFERENCE = auto()
    """An identifier, an object, or a list of both."""
    URL = auto()
    """An absolute address, a Link object, or a list of both."""
    ADDRESS = auto()
    """An absolute address."""
    PAGE = auto()
    """A page of a collection: an identifier, a Link or a CollectionPage."""
    TEXT = auto()
    TEXT_MAP = auto()
    STRING = auto()
    DATE = auto()
    DURATION = auto()
    COUNT = auto()
    NUMBER = auto()
    LANGUAGE = auto()
    FREE = auto()
    """Anything that JSON can say."""


_NAMES_BY_KIND: Final[Mapping[Kind, str]] = {
    Kind.REFERENCE: """
        actor anyOf attachment attributedTo audience bcc bto cc context describes followers
        following generator icon image inReplyTo inbox instrument items liked likes location
        object oneOf orderedItems origin outbox partOf preview replies result shares streams
        subject tag target to endpoints
    """,
    Kind.URL: "url",
    Kind.ADDRESS: """
        href uploadMedia proxyUrl oauthAuthorizationEndpoint oauthTokenEndpoint
        provideClientKey signClientKey sharedInbox
    """,
    Kind.PAGE: "current first last next prev",
    Kind.TEXT: "content name summary preferredUsername",
    Kind.TEXT_MAP: "contentMap nameMap summaryMap preferredUsernameMap",
    Kind.STRING: "formerType mediaType rel relationship units",
    Kind.DATE: "deleted endTime published startTime updated",
    Kind.DURATION: "duration",
    Kind.COUNT: "height startIndex totalItems width",
    Kind.NUMBER: "accuracy altitude latitude longitude radius",
    Kind.LANGUAGE: "hreflang",
    Kind.FREE: "closed source",
}
PROPERTIES: Final[Mapping[str, Kind]] = {
    name: kind for kind, names in _NAMES_BY_KIND.items() for name in names.split()
}


def canonical(word: str) -> str:
    """The short spelling of a type or property: `as:Note` → `Note`, schema.org → `schema:…`."""
    if ":" not in word:
        return word
    for prefix in _NAMESPACE_SPELLINGS:
        if word.startswith(prefix):
            return word[len(prefix) :]
    for prefix in _SCHEMA_SPELLINGS:
        if word.startswith(prefix):
            return "schema:" + word[len(prefix) :]
    return word


@lru_cache(maxsize=1024)
def spellings(word: str) -> tuple[str, ...]:
    """Every spelling under which a property may stand in a document."""
    if ":" in word or word.startswith("@"):
        return (word,)
    return (word, *(prefix + word for prefix in _NAMESPACE_SPELLINGS))


def is_known(name: str) -> bool:
    """Whether the (canonical) type is one of ours."""
    return name in AS2_TYPES or name in SCHEMA_TYPES


def is_activity(name: str) -> bool:
    """Whether the (canonical) type is something that somebody does."""
    return (
        name in ACTIVITY_TYPES
        or name in SCHEMA_TYPES
        or name in {"Activity", "IntransitiveActivity"}
    )
