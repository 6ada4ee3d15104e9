"""The addresses of a fake server, and what they answer."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.parser import BytesParser
from typing import Any
from urllib.parse import parse_qs, urlencode

import regex

from tests.lab.mastodon_fake.world import HOST, Json, Person, World, written

PAGE = 20
LINK = re.compile(r"https?://[!-~]+")
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


class RefusalError(Exception):
    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status
        self.error = error


@dataclass
class Asked:
    """A request, read."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: Mapping[str, str]
    content: bytes
    person: Person | None = None
    steps: tuple[str, ...] = ()

    def one(self, name: str, usual: str = "") -> str:
        return (self.query.get(name) or [usual])[0]

    @property
    def body(self) -> Json:
        kind = self.headers.get("content-type", "")
        if "json" in kind:
            return dict(json.loads(self.content or b"{}"))
        if "multipart" in kind:
            return _multipart(kind, self.content)
        return {name: values[0] for name, values in parse_qs(self.content.decode()).items()}

    @property
    def me(self) -> Person:
        if self.person is None:
            raise RefusalError(401, "The access token is invalid")
        return self.person


def _multipart(kind: str, content: bytes) -> Json:
    whole = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + content)
    found: Json = {}
    for part in whole.walk():
        name = part.get_param("name", header="content-disposition")
        if name:
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            found[str(name)] = payload if part.get_filename() else payload.decode()
            if name == "file":
                found["_type"] = part.get_content_type()
    return found


@dataclass
class Reply:
    status: int = 200
    data: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        if isinstance(self.data, str):
            return self.data.encode()
        return b"" if self.data is None else json.dumps(self.data, ensure_ascii=False).encode()


Handler = Callable[[Asked], Any]
_routes: list[tuple[str, re.Pattern[str], str]] = []


def route(method: str, path: str) -> Callable[[Any], Any]:
    def register(handler: Any) -> Any:
        pattern = re.compile("^" + path.replace("*", "([^/]+)") + "$")
        _routes.append((method, pattern, handler.__name__))
        return handler

    return register


class Api:
    """Answers requests from a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.kind = world.personality
        self.exchanges: list[tuple[Asked, Reply]] = []
        self.faults: list[tuple[str, str, int | str]] = []

    def fail(self, method: str, path: str, how: int | str) -> None:
        """The next such request fails: by a status, or `lost` (done, but never answered)."""
        self.faults.append((method, path, how))

    def answer(self, asked: Asked) -> Reply | None:
        """The reply; None when the connection is cut after the work was done."""
        fault = next((one for one in self.faults if one[:2] == (asked.method, asked.path)), None)
        if fault:
            self.faults.remove(fault)
            if isinstance(fault[2], int):
                return self._limited(Reply(fault[2], {"error": "armed"}))
        reply = self._limited(self._reply(asked))
        self.exchanges.append((asked, reply))
        return None if fault else reply

    def _limited(self, reply: Reply) -> Reply:
        reset = written(self.world.now() + timedelta(seconds=90))
        reply.headers |= {
            "X-RateLimit-Limit": "300",
            "X-RateLimit-Remaining": "0" if reply.status == 429 else "299",
            "X-RateLimit-Reset": reset,
        }
        page = isinstance(reply.data, str)
        reply.headers.setdefault("Content-Type", "text/html" if page else "application/json")
        return reply

    def _reply(self, asked: Asked) -> Reply:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if token:
            asked.person = self.world.people.get(self.world.tokens.get(token, ""))
        for method, pattern, name in _routes:
            found = pattern.match(asked.path)
            if found and method == asked.method:
                asked.steps = found.groups()
                try:
                    data = getattr(self, name)(asked)
                except RefusalError as refusal:
                    return Reply(refusal.status, {"error": refusal.error})
                return data if isinstance(data, Reply) else Reply(200, data)
        return Reply(404, {"error": "Record not found"})

    def _needs(self, has: bool) -> None:  # noqa: FBT001 - a flag of the personality
        if not has:
            raise RefusalError(404, "Record not found")

    # ── the server itself ──

    @route("GET", "/api/v2/instance")
    def instance_v2(self, asked: Asked) -> Json:
        self._needs(self.kind.instance_v2)
        return {
            "domain": HOST,
            "title": "Example",
            "version": self.kind.version,
            "source_url": "https://github.com/mastodon/mastodon",
            "description": "",
            "usage": {"users": {"active_month": 2}},
            "thumbnail": {"url": f"{self.world.base}/thumb.png"},
            "icon": [],
            "languages": ["ja"],
            "configuration": self._configuration()
            | {
                "urls": {
                    "streaming": self.world.base.replace("http", "ws", 1),
                    "about": f"{self.world.base}/about",
                    "privacy_policy": None,
                    "status": None,
                    "terms_of_service": None,
                },
                "vapid": {"public_key": "BC"},
                "translation": {"enabled": False},
                "limited_federation": False,
                "timelines_access": _OPEN,
            },
            "registrations": {
                "enabled": True,
                "approval_required": False,
                "reason_required": False,
                "message": None,
                "min_age": None,
                "url": None,
            },
            "contact": {"email": "", "account": None},
            "rules": [],
            "api_versions": {"mastodon": 6},
        } | self.kind.extra

    def _configuration(self) -> Json:
        found: Json = {
            "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
            "statuses": {
                "max_characters": self.kind.characters,
                "max_media_attachments": self.kind.media_count,
                "characters_reserved_per_url": 23,
            },
            "media_attachments": {
                "supported_mime_types": [
                    *("image/jpeg", "image/png", "image/webp", "image/gif"),
                    *("video/mp4", "video/webm"),
                ],
                "image_size_limit": 16_777_216,
                "image_matrix_limit": 33_177_600,
                "video_size_limit": 103_809_024,
                "video_frame_rate_limit": 120,
                "video_matrix_limit": 8_294_400,
            },
        }
        if self.kind.polls:
            found["polls"] = {
                "max_options": 4,
                "max_characters_per_option": 50,
                "min_expiration": 300,
                "max_expiration": 2_629_746,
            }
        return found

    @route("GET", "/api/v1/instance")
    def instance_v1(self, asked: Asked) -> Json:
        found: Json = {
            "uri": HOST,
            "title": "Example",
            "short_description": "",
            "description": "",
            "email": "admin@social.example",
            "version": self.kind.version,
            "urls": {"streaming_api": self.world.base.replace("http", "ws", 1)},
            "stats": {"user_count": 2, "status_count": 0, "domain_count": 1},
            "languages": ["ja"],
            "registrations": True,
            "approval_required": False,
            "invites_enabled": False,
            "contact_account": None,
            "rules": [],
        }
        if self.kind.name not in {"old-mastodon", "akkoma", "snac"}:
            found["configuration"] = self._configuration()
        return found | self.kind.extra

    # ── signing in ──

    @route("POST", "/api/v1/apps")
    def register(self, asked: Asked) -> Json:
        body = asked.body
        if not isinstance(body.get("redirect_uris"), str):
            raise RefusalError(422, "Validation failed: Redirect URI can't be blank")
        number = len(self.world.apps) + 1
        app = {
            "id": str(number),
            "name": body["client_name"],
            "website": None,
            "scopes": body.get("scopes", "read").split(),
            "redirect_uri": body["redirect_uris"],
            "redirect_uris": body["redirect_uris"].split(),
            "client_id": f"client-{number}",
            "client_secret": f"secret-{number}",
            "client_secret_expires_at": 0,
            "vapid_key": "BC",
        }
        self.world.apps[app["client_id"]] = app
        return app

    @route("GET", "/oauth/authorize")
    def ask(self, asked: Asked) -> Reply:
        self._app(asked)
        page = "<!doctype html><title>Authorize</title><form method=post><button>Authorize</button>"
        return Reply(200, page)

    @route("POST", "/oauth/authorize")
    def agree(self, asked: Asked) -> Reply:
        """What the browser does when the person agrees: the first account signs in."""
        app = self._app(asked)
        person = next(iter(self.world.people.values()))
        code = f"code-{len(self.world.codes)}"
        self.world.codes[code] = {
            "client": app["client_id"],
            "redirect_uri": asked.one("redirect_uri"),
            "challenge": asked.one("code_challenge"),
            "person": person,
        }
        if asked.one("redirect_uri") == OUT_OF_BAND:
            return Reply(200, f"<!doctype html><code>{code}</code>")
        onward = {"code": code, "state": asked.one("state")}
        target = f"{asked.one('redirect_uri')}?{urlencode(onward)}"
        return Reply(302, "", {"Location": target})

    def _app(self, asked: Asked) -> Json:
        app = self.world.apps.get(asked.one("client_id"))
        if app is None or asked.one("redirect_uri") not in app["redirect_uris"]:
            raise RefusalError(400, "The redirect URI included is not valid.")
        if set(asked.one("scope").split()) - set(app["scopes"]):
            raise RefusalError(400, "The requested scope is invalid")
        return app

    @route("POST", "/oauth/token")
    def exchange(self, asked: Asked) -> Json:
        body = asked.body
        app = self.world.apps.get(body.get("client_id", ""))
        if app is None or app["client_secret"] != body.get("client_secret"):
            raise RefusalError(401, "Client authentication failed")
        if body["grant_type"] == "refresh_token":
            return self._granted(self.world.people[body["refresh_token"].removeprefix("again-")])
        known = self.world.codes.pop(body.get("code", ""), None)
        if known is None or known["redirect_uri"] != body.get("redirect_uri"):
            raise RefusalError(400, "The provided authorization grant is invalid")
        digest = hashlib.sha256(body.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if self.kind.pkce and known["challenge"] and challenge != known["challenge"]:
            raise RefusalError(400, "The provided authorization grant is invalid")
        return self._granted(known["person"])

    @route("POST", "/oauth/revoke")
    def revoke(self, asked: Asked) -> Json:
        body = asked.body
        app = self.world.apps.get(body.get("client_id", ""))
        if app is None or app["client_secret"] != body.get("client_secret"):
            raise RefusalError(403, "You are not authorized to revoke this token")
        self.world.tokens.pop(body.get("token", ""), None)
        return {}

    def _granted(self, person: Person) -> Json:
        granted: Json = {
            "access_token": self.world.token(person),
            "token_type": "Bearer",
            "scope": "read write follow",
            "created_at": int(self.world.now().timestamp()),
        }
        if self.kind.name == "akkoma":
            granted |= {"refresh_token": f"again-{person.id}", "expires_in": 3600}
        return granted

    # ── accounts ──

    @route("GET", "/api/v1/accounts/verify_credentials")
    def myself(self, asked: Asked) -> Json:
        account = self.world.account(asked.me)
        return account | {"source": _SOURCE, "role": _ROLE}

    @route("GET", "/api/v1/accounts/*/statuses")
    def statuses_of(self, asked: Asked) -> Reply:
        found = [self.world.shown(one) for one in self.world.of(asked.steps[0])]
        return self._page(asked, found)

    @route("GET", "/api/v1/accounts/lookup")
    def lookup(self, asked: Asked) -> Json:
        self._needs(self.kind.batch)
        found = self._named(asked.one("acct"))
        self._needs(bool(found))
        return found[0]

    def _named(self, acct: str) -> list[Json]:
        people = self.world.people.values()
        return [self.world.account(one) for one in people if one.acct == acct.lstrip("@")]

    @route("GET", "/api/v1/accounts/relationships")
    def relationships(self, asked: Asked) -> list[Json]:
        self._needs(self.kind.batch)
        follows = {theirs for mine, theirs in self.world.follows if mine == asked.me.id}
        return [_relationship(one, following=one in follows) for one in asked.query.get("id[]", [])]

    @route("GET", "/api/v1/accounts/*/following")
    def following(self, asked: Asked) -> list[Json]:
        follows = [theirs for mine, theirs in self.world.follows if mine == asked.steps[0]]
        return [self.world.account(self.world.people[one]) for one in sorted(follows)]

    @route("POST", "/api/v1/accounts/*/follow")
    def follow(self, asked: Asked) -> Json:
        if asked.steps[0] not in self.world.people:
            raise RefusalError(404, "Record not found")
        self.world.follow(asked.me, asked.steps[0])
        return _relationship(asked.steps[0], following=True)

    @route("POST", "/api/v1/accounts/*/unfollow")
    def unfollow(self, asked: Asked) -> Json:
        if asked.steps[0] not in self.world.people:
            raise RefusalError(404, "Record not found")
        self.world.follows.discard((asked.me.id, asked.steps[0]))
        return _relationship(asked.steps[0], following=False)

    def _page(self, asked: Asked, found: list[Json]) -> Reply:
        """A page of a list, the newest first."""
        if not self.kind.pages:
            return Reply(200, found[:PAGE])
        ids = [one["id"] for one in found]
        if (before := asked.one("max_id")) in ids:
            found = found[ids.index(before) + 1 :]
        size = min(40, int(asked.one("limit", str(PAGE))))
        headers = {}
        if len(found) > size:
            onward = urlencode({"max_id": found[size - 1]["id"], "limit": size})
            headers["Link"] = f'<{self.world.base}{asked.path}?{onward}>; rel="next"'
        return Reply(200, found[:size], headers)

    # ── files ──

    @route("POST", "/api/v2/media")
    def upload_v2(self, asked: Asked) -> Reply:
        self._needs(self.kind.media_v2)
        found = self._stored(asked)
        if self.kind.media_slow:
            found["_waits"] = 1
            return Reply(202, _file(found) | {"url": None})
        return Reply(200, _file(found))

    @route("POST", "/api/v1/media")
    def upload_v1(self, asked: Asked) -> Json:
        return _file(self._stored(asked))

    def _stored(self, asked: Asked) -> Json:
        me, body = asked.me, asked.body
        if not body.get("file"):
            raise RefusalError(422, "Validation failed: File can't be blank")
        identifier = self.world.new_id()
        url = f"{self.world.base}/media/{identifier}.png"
        self.world.media[identifier] = {
            "id": identifier,
            "type": "image",
            "url": url,
            "preview_url": url,
            "remote_url": None,
            "meta": {"focus": _focus(body.get("focus"))},
            "description": body.get("description") or None,
            "blurhash": None,
            "_owner": me.id,
            "_size": len(body["file"]),
            "_still": len(body.get("thumbnail") or b""),
        }
        return self.world.media[identifier]

    @route("GET", "/api/v1/media/*")
    def file(self, asked: Asked) -> Reply:
        found = self.world.media.get(asked.steps[0])
        if found is None:
            raise RefusalError(404, "Record not found")
        if found.get("_waits"):
            found["_waits"] -= 1
            return Reply(206, _file(found) | {"url": None})
        return Reply(200, _file(found))

    # ── statuses ──

    @route("POST", "/api/v1/statuses")
    def publish(self, asked: Asked) -> Json:
        me, body = asked.me, asked.body
        key = asked.headers.get("idempotency-key", "")
        if self.kind.knows_keys and key and (known := self._by_key(f"{me.id}/{key}")):
            return self.world.shown(known)
        self._require_valid(body)
        made = self.world.post(me, body.get("status") or "", **_known(body))
        self.world.keys[f"{me.id}/{key}"] = (made["id"], self.world.now())
        return self.world.shown(made)

    def _by_key(self, key: str) -> Json | None:
        identifier, at = self.world.keys.get(key, ("", self.world.now()))
        if self.world.now() - at > timedelta(seconds=self.kind.key_seconds):
            return None
        return self.world.statuses.get(identifier)

    def _require_valid(self, body: Json) -> None:
        text, media = body.get("status") or "", body.get("media_ids") or []
        if not text and not media and not body.get("poll"):
            raise RefusalError(422, "Validation failed: Text can't be blank")
        if self.kind.needs_media and not media and not body.get("in_reply_to_id"):
            raise RefusalError(422, "The media ids field is required.")
        if self._length(text) + self._length(body.get("spoiler_text") or "") > self.kind.characters:
            raise RefusalError(422, "Validation failed: Text character limit exceeded")
        if media and body.get("poll"):
            raise RefusalError(422, "Validation failed: Cannot attach both media and a poll")
        if any(one not in self.world.media for one in media):
            raise RefusalError(422, "Validation failed: Media not found")
        if body.get("poll") and not self.kind.polls:
            raise RefusalError(422, "The poll field is prohibited.")
        answered = body.get("in_reply_to_id")
        if answered and answered not in self.world.statuses:
            raise RefusalError(404, "The post you are trying to reply to does not appear to exist.")

    def _length(self, text: str) -> int:
        if not self.kind.counts_links_in_full:
            text = LINK.sub("x" * 23, text)
        return len(regex.findall(r"\X", re.sub(r"@(\w+)@[\w.-]+", r"@\1", text)))

    @route("GET", "/api/v1/statuses")
    def several(self, asked: Asked) -> list[Json]:
        self._needs(self.kind.batch)
        wanted = asked.query.get("id[]") or []
        return [self.world.shown(one) for key, one in self.world.statuses.items() if key in wanted]

    @route("GET", "/api/v1/statuses/*")
    def status(self, asked: Asked) -> Json:
        return self.world.shown(self._status(asked))

    def _status(self, asked: Asked, *, mine: bool = False) -> Json:
        found = self.world.statuses.get(asked.steps[0])
        if found is None or (mine and found["account"]["id"] != asked.me.id):
            raise RefusalError(404, "Record not found")
        return found

    @route("PUT", "/api/v1/statuses/*")
    def change(self, asked: Asked) -> Json:
        self._needs(self.kind.edits)
        found, body = self._status(asked, mine=True), asked.body
        content, mentions, tags = self.world.rendered(body.get("status") or "")
        for given in body.get("media_attributes") or []:
            self.world.media[given["id"]]["description"] = given["description"]
            if "focus" in given:
                self.world.media[given["id"]]["meta"]["focus"] = _focus(given["focus"])
        found |= {
            "content": content,
            "mentions": mentions,
            "tags": tags,
            "spoiler_text": body.get("spoiler_text") or "",
            "edited_at": written(self.world.now()),
            "media_attachments": [self.world.media[one] for one in body.get("media_ids") or []],
        }
        return self.world.shown(found)

    @route("DELETE", "/api/v1/statuses/*")
    def remove(self, asked: Asked) -> Json:
        found = self._status(asked, mine=True)
        del self.world.statuses[found["id"]]
        self.world.deleted.append(found["id"])
        return self.world.shown(found) | {"text": ""}

    @route("GET", "/api/v1/statuses/*/context")
    def context(self, asked: Asked) -> Json:
        self._needs(self.kind.contexts)
        below: list[Json] = []
        waiting = [self._status(asked)["id"]]
        while waiting:
            above = waiting.pop(0)
            children = [o for o in self.world.statuses.values() if o["in_reply_to_id"] == above]
            below += children
            waiting += [child["id"] for child in children]
        return {"ancestors": [], "descendants": [self.world.shown(one) for one in below]}

    # ── lists ──

    @route("GET", "/api/v1/notifications")
    def notifications(self, asked: Asked) -> Reply:
        told = self.world.notifications[asked.me.id][::-1]
        return self._page(asked, [self.told(one) for one in told])

    def told(self, notification: Json) -> Json:
        """A notification as it is shown, with the status as it is now."""
        found = {name: value for name, value in notification.items() if not name.startswith("_")}
        status = self.world.statuses.get(notification.get("_status", ""))
        return found | ({"status": self.world.shown(status)} if status else {})

    @route("GET", "/api/v1/timelines/tag/*")
    def tagged(self, asked: Asked) -> Reply:
        newest = sorted(self.world.statuses.values(), key=lambda one: one["_order"], reverse=True)
        found = [
            self.world.shown(one)
            for one in newest
            if asked.steps[0].lower() in {tag["name"] for tag in one["tags"]}
        ]
        return self._page(asked, found)

    @route("GET", "/api/v2/search")
    def search(self, asked: Asked) -> Json:
        if asked.one("type") == "accounts":
            return {"accounts": self._named(asked.one("q")), "statuses": [], "hashtags": []}
        self._needs(self.kind.search)
        newest = sorted(self.world.statuses.values(), key=lambda one: one["_order"], reverse=True)
        found = [self.world.shown(one) for one in newest if asked.one("q") in one["content"]]
        return {"accounts": [], "statuses": found, "hashtags": []}


_FIELDS = (
    "in_reply_to_id",
    "media_ids",
    "spoiler_text",
    "sensitive",
    "visibility",
    "language",
    "poll",
    "quoted_status_id",
)
_SOURCE = {
    "note": "",
    "fields": [],
    "privacy": "public",
    "sensitive": False,
    "language": "ja",
    "follow_requests_count": 0,
    "hide_collections": None,
    "discoverable": None,
    "indexable": False,
    "attribution_domains": [],
    "quote_policy": "public",
}
_ROLE = {"id": "-99", "name": "", "color": "", "permissions": "0", "highlighted": False}
_OPEN = {
    "live_feeds": {"local": "public", "remote": "authenticated"},
    "hashtag_feeds": {"local": "public", "remote": "authenticated"},
    "trending_link_feeds": {"local": "authenticated", "remote": "authenticated"},
}


def _known(body: Json) -> Json:
    return {name: body[name] for name in _FIELDS if name in body}


def _file(found: Json) -> Json:
    return {name: value for name, value in found.items() if not name.startswith("_")}


def _focus(text: str | None) -> Json:
    right, _, up = (text or "0,0").partition(",")
    return {"x": float(right), "y": float(up or 0)}


def _relationship(identifier: str, *, following: bool) -> Json:
    return {
        "id": identifier,
        "following": following,
        "showing_reblogs": following,
        "notifying": False,
        "languages": [],
        "followed_by": False,
        "blocking": False,
        "blocked_by": False,
        "muting": False,
        "muting_notifications": False,
        "requested": False,
        "requested_by": False,
        "domain_blocking": False,
        "endorsed": False,
        "note": "",
    }
