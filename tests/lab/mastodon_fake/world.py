"""What a fake server remembers: people, statuses, files, notifications, tokens."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.lab.mastodon_fake.personalities import Personality

Json = dict[str, Any]

HOST = "social.example"
_TOKEN = re.compile(r"(https?://[!-~]+)|@(\w+)(?:@([\w.-]+))?|#(\w+)", re.UNICODE)


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Person:
    id: str
    name: str
    display: str
    server: str = ""

    @property
    def acct(self) -> str:
        return f"{self.name}@{self.server}" if self.server else self.name


@dataclass
class World:
    """The state of one server."""

    personality: Personality
    base: str
    now: Callable[[], datetime]
    people: dict[str, Person] = field(default_factory=dict)
    statuses: dict[str, Json] = field(default_factory=dict)
    media: dict[str, Json] = field(default_factory=dict)
    notifications: dict[str, list[Json]] = field(default_factory=dict)
    follows: set[tuple[str, str]] = field(default_factory=set)
    tokens: dict[str, str] = field(default_factory=dict)
    apps: dict[str, Json] = field(default_factory=dict)
    codes: dict[str, Json] = field(default_factory=dict)
    keys: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    listeners: list[Callable[[str, Json], None]] = field(default_factory=list)
    _count: int = 0

    def new_id(self) -> str:
        """An identifier as this kind of server draws them; not all of them sort by time."""
        self._count += 1
        number = int(self.now().timestamp() * 1000) * 65536 + self._count
        match self.personality.ids:
            case "ulid":
                return f"01{number:024X}"
            case "flake":
                return f"A{number:x}"
            case "hash":
                return hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()
        return str(number)

    def person(self, name: str, display: str = "", server: str = "") -> Person:
        found = Person(self.new_id(), name, display or name, server)
        self.people[found.id] = found
        self.notifications[found.id] = []
        return found

    def token(self, person: Person) -> str:
        token = f"token-{person.name}-{len(self.tokens)}"
        self.tokens[token] = person.id
        return token

    # ── as the server shows things ──

    def account(self, person: Person) -> Json:
        url = f"https://{person.server}/@{person.name}" if person.server else self._url(person)
        return {
            "id": person.id,
            "username": person.name,
            "acct": person.acct,
            "display_name": person.display,
            "url": url,
            "uri": url,
            "note": "<p>毎朝7時から</p>",
            "avatar": f"{self.base}/avatars/{person.name}.png",
            "avatar_static": f"{self.base}/avatars/{person.name}.png",
            "header": f"{self.base}/headers/missing.png",
            "header_static": f"{self.base}/headers/missing.png",
            "locked": False,
            "bot": False,
            "group": False,
            "indexable": True,
            "created_at": "2026-01-01T00:00:00.000Z",
            "followers_count": sum(1 for pair in self.follows if pair[1] == person.id),
            "following_count": sum(1 for pair in self.follows if pair[0] == person.id),
            "statuses_count": len(self.of(person.id)),
            "emojis": [],
            "fields": [],
        }

    def _url(self, person: Person) -> str:
        return f"{self.base}/@{person.name}"

    def of(self, account_id: str) -> list[Json]:
        """An account's statuses, the newest first."""
        found = [one for one in self.statuses.values() if one["account"]["id"] == account_id]
        return sorted(found, key=lambda one: (one["created_at"], one["_order"]), reverse=True)

    def shown(self, status: Json) -> Json:
        """A status without what only the server knows."""
        found = {name: value for name, value in status.items() if not name.startswith("_")}
        found["media_attachments"] = [
            {name: value for name, value in one.items() if not name.startswith("_")}
            for one in status["media_attachments"]
        ]
        quoted = (status.get("quote") or {}).get("quoted_status") or {}
        if quoted.get("id") in self.statuses:
            shallow = {**self.statuses[quoted["id"]], "quote": None}
            found["quote"] = {"state": "accepted", "quoted_status": self.shown(shallow)}
        below = [one for one in self.statuses.values() if one["in_reply_to_id"] == status["id"]]
        found["replies_count"] = len(below)
        found["account"] = self.account(self.people[status["account"]["id"]])
        if not self.personality.quotes:
            found.pop("quotes_count")
        return found

    def by_name(self, name: str, server: str = "") -> Person | None:
        host = "" if server in {"", HOST} else server
        return next(
            (one for one in self.people.values() if (one.name, one.server) == (name, host)), None
        )

    def rendered(self, text: str) -> tuple[str, list[Json], list[Json]]:
        """The text as HTML, and the people and tags in it."""
        mentions: list[Json] = []
        tags: list[Json] = []

        def shown(match: re.Match[str]) -> str:
            link, name, server, tag = match.groups()
            if link:
                return _link(link)
            if tag:
                tags.append({"name": tag.lower(), "url": f"{self.base}/tags/{tag}"})
                return (
                    f'<a href="{self.base}/tags/{tag}" class="mention hashtag" rel="tag">'
                    f"#<span>{tag}</span></a>"
                )
            person = self.by_name(name, server or "")
            if person is None:
                return match.group()
            url = self.account(person)["url"]
            mentions.append(
                {"id": person.id, "username": person.name, "url": url, "acct": person.acct}
            )
            return (
                f'<span class="h-card" translate="no"><a href="{url}" class="u-url mention">'
                f"@<span>{person.name}</span></a></span>"
            )

        marked = _TOKEN.sub(shown, html.escape(text, quote=False))
        paragraphs = "".join(
            f"<p>{part.replace(chr(10), '<br />')}</p>" for part in marked.split("\n\n")
        )
        return paragraphs, mentions, tags

    # ── what happens ──

    def post(self, author: Person, text: str, **given: Any) -> Json:
        """Make a status and tell those whom it concerns."""
        content, mentions, tags = self.rendered(text)
        identifier = self.new_id()
        answered = self.statuses.get(given.get("in_reply_to_id") or "")
        status: Json = {
            "id": identifier,
            "created_at": written(self.now()),
            "in_reply_to_id": answered["id"] if answered else None,
            "in_reply_to_account_id": answered["account"]["id"] if answered else None,
            "sensitive": bool(given.get("sensitive")),
            "spoiler_text": given.get("spoiler_text") or "",
            "visibility": given.get("visibility") or "public",
            "language": given.get("language") or None,
            "uri": f"{self.base}/users/{author.name}/statuses/{identifier}",
            "url": f"{self.base}/@{author.name}/{identifier}",
            "replies_count": 0,
            "reblogs_count": 0,
            "favourites_count": 0,
            "quotes_count": 0,
            "edited_at": None,
            "content": content if text else "",
            "reblog": None,
            "account": self.account(author),
            "media_attachments": [self.media[one] for one in given.get("media_ids") or []],
            "mentions": mentions,
            "tags": tags,
            "emojis": [],
            "card": None,
            "poll": self._poll(given.get("poll")),
            "_order": self._count,
        }
        quoted = self.statuses.get(given.get("quoted_status_id") or "")
        if quoted:
            status["quote"] = {"state": "accepted", "quoted_status": self.shown(quoted)}
            quoted["quotes_count"] += 1
        self.statuses[identifier] = status
        told = {one["id"] for one in mentions} - {author.id}
        for person_id in told:
            self.notify(person_id, "mention", author, status)
        if quoted and quoted["account"]["id"] not in {author.id, *told}:
            self.notify(quoted["account"]["id"], "quote", author, status)
        return status

    def _poll(self, asked: Json | None) -> Json | None:
        if not asked:
            return None
        return {
            "id": self.new_id(),
            "expires_at": written(self.now()),
            "expired": False,
            "multiple": bool(asked.get("multiple")),
            "votes_count": 0,
            "voters_count": None,
            "options": [{"title": one, "votes_count": 0} for one in asked["options"]],
            "emojis": [],
        }

    def notify(self, person_id: str, kind: str, by: Person, status: Json | None = None) -> Json:
        identifier = self.new_id()
        told: Json = {
            "id": identifier,
            "type": kind,
            "created_at": written(self.now()),
            "group_key": f"ungrouped-{identifier}",
            "account": self.account(by),
        }
        if status is not None:
            told["_status"] = status["id"]
        self.notifications[person_id].append(told)
        for listener in self.listeners:
            listener(person_id, told)
        return told

    def favourite(self, by: Person, status_id: str) -> None:
        self.statuses[status_id]["favourites_count"] += 1
        self.notify(self._author(status_id), "favourite", by, self.statuses[status_id])

    def reblog(self, by: Person, status_id: str) -> None:
        self.statuses[status_id]["reblogs_count"] += 1
        self.notify(self._author(status_id), "reblog", by, self.statuses[status_id])

    def follow(self, by: Person, whom: str) -> None:
        self.follows.add((by.id, whom))
        self.notify(whom, "follow", by)

    def _author(self, status_id: str) -> str:
        return str(self.statuses[status_id]["account"]["id"])


def _link(link: str) -> str:
    scheme, _, rest = link.partition("://")
    start, end = rest[:30], rest[30:]
    kind = ' class="ellipsis"' if end else ""
    return (
        f'<a href="{link}" target="_blank" rel="nofollow noopener">'
        f'<span class="invisible">{scheme}://</span><span{kind}>{start}</span>'
        f'<span class="invisible">{end}</span></a>'
    )
