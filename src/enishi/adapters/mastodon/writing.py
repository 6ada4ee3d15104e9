"""From a delivery to statuses of the Mastodon API, and what a server would refuse. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from enishi.adapters.mastodon.limits import Limits
from enishi.adapters.mastodon.text import length, mentions
from enishi.channels.contract import Attachment, Outgoing, Problem, Reference

Json = dict[str, Any]

_HOUR = 3600
_DAY_HOURS = 24
_VISIBILITIES = ("public", "unlisted", "private", "direct")
_LEAST_ANSWERS = 2


@dataclass(frozen=True, slots=True)
class Poll:
    """A question with answers to choose from."""

    answers: tuple[str, ...]
    seconds: int
    multiple: bool = False

    def json(self) -> Json:
        return {
            "options": list(self.answers),
            "expires_in": self.seconds,
            "multiple": self.multiple,
        }


def poll_of(options: Mapping[str, Any]) -> Poll | None:
    """The poll that the options ask for: one answer a line, or a list of them."""
    given = options.get("poll") or ""
    lines = given.splitlines() if isinstance(given, str) else [str(one) for one in given]
    answers = tuple(line.strip() for line in lines if line.strip())
    if not answers:
        return None
    hours = _number(options.get("poll_hours"), _DAY_HOURS)
    return Poll(answers, round(hours * _HOUR), multiple=bool(options.get("poll_multiple")))


def _number(value: object, usual: float) -> float:
    try:
        return float(str(value)) if value not in (None, "") else usual
    except ValueError:
        return 0.0


def warning_of(outgoing: Outgoing) -> str:
    """The content warning: what was chosen, else that of the post that is answered."""
    chosen = str(outgoing.options.get("warning") or "").strip()
    return chosen or str(_extra(outgoing.in_reply_to).get("warning") or "")


def visibility_of(outgoing: Outgoing) -> str:
    """Who may see it. An answer is never more public than what it answers."""
    chosen = str(outgoing.options.get("visibility") or "")
    answered = str(_extra(outgoing.in_reply_to).get("visibility") or "")
    known = [one for one in (chosen, answered) if one in _VISIBILITIES]
    return max(known, key=_VISIBILITIES.index, default="")


def _extra(reference: Reference | None) -> Mapping[str, Any]:
    return reference.extra if reference else {}


def texts(outgoing: Outgoing, our_handle: str = "") -> list[str]:
    """The text of each status of the thread, as it is sent."""
    first = _with_link(_addressed(outgoing, our_handle.lstrip("@")), outgoing)
    return [first, *outgoing.thread]


def _addressed(outgoing: Outgoing, ours: str) -> str:
    """An answer names whom it answers: without that nobody is told of it."""
    acct = str(_extra(outgoing.in_reply_to).get("acct") or "")
    if not acct or acct in {ours, ours.partition("@")[0]} or mentions(outgoing.text, acct):
        return outgoing.text
    return f"@{acct} {outgoing.text}"


def _with_link(text: str, outgoing: Outgoing) -> str:
    """Servers make the card themselves, from a link in the text."""
    found = [outgoing.link] if outgoing.link and outgoing.link not in text else []
    quoted = str(_extra(outgoing.quotes).get("url") or "")
    if quoted and quoted not in text and not quotes_natively(outgoing):
        found.append(quoted)
    return "\n\n".join([*([text] if text else []), *found])


def quotes_natively(outgoing: Outgoing) -> bool:
    """Whether the quoted post is known to the server by an id."""
    return outgoing.quotes is not None and not outgoing.quotes.remote_id.startswith("http")


def status(
    outgoing: Outgoing, text: str, *, reply_to: str = "", media: Sequence[str] = (), first: bool
) -> Json:
    """The body that makes one status; the poll and the quote belong to the first."""
    warning = warning_of(outgoing)
    poll = poll_of(outgoing.options) if first else None
    quotes = outgoing.quotes if first and quotes_natively(outgoing) else None
    body: Json = {
        "status": text,
        "in_reply_to_id": reply_to,
        "media_ids": list(media),
        "spoiler_text": warning,
        "sensitive": bool(warning or outgoing.options.get("sensitive")),
        "visibility": visibility_of(outgoing),
        "language": outgoing.language.partition("-")[0].lower(),
        "poll": poll.json() if poll else None,
        "quoted_status_id": quotes.remote_id if quotes else "",
    }
    return {name: value for name, value in body.items() if value or name == "status"}


# ── what would be refused ──


def problems(
    outgoing: Outgoing, limits: Limits, thread_max: int, our_handle: str = ""
) -> list[Problem]:
    """What the server would refuse in a delivery."""
    found = _text_problems(outgoing, limits, our_handle)
    if len(outgoing.thread) >= thread_max:
        found.append(Problem("thread", _("The thread has too many parts.")))
    found += _media_problems(outgoing, limits)
    poll = poll_of(outgoing.options)
    if poll is not None:
        found += _poll_problems(poll, outgoing, limits)
    return found


def _text_problems(outgoing: Outgoing, limits: Limits, our_handle: str) -> list[Problem]:
    warning = length(warning_of(outgoing), limits.url_chars)
    found: list[Problem] = []
    fields = ["text", *("thread" for _part in outgoing.thread)]
    parts = [
        *zip(fields, texts(outgoing, our_handle), strict=True),
        ("first_comment", outgoing.first_comment),
    ]
    for name, text in parts:
        if not text.strip():
            if name == "thread" or (name == "text" and not outgoing.attachments):
                found.append(Problem(name, _("There is nothing to post.")))
            continue
        count = length(text, limits.url_chars) + warning
        if count > limits.characters:
            message = _("The text has {count} characters with its warning; the server takes {max}.")
            if not warning:
                message = _("The text has {count} characters; the server takes {max}.")
            found.append(Problem(name, format_lazy(message, count=count, max=limits.characters)))
    return found


def _media_problems(outgoing: Outgoing, limits: Limits) -> list[Problem]:
    found: list[Problem] = []
    if len(outgoing.attachments) > limits.media:
        message = format_lazy(_("The server takes {max} images at most."), max=limits.media)
        found.append(Problem("attachments", message))
    films = [one for one in outgoing.attachments if is_film(one)]
    if films and len(outgoing.attachments) > 1 and limits.software == "mastodon":
        found.append(Problem("attachments", _("A film goes alone on this server.")))
    for attachment in outgoing.attachments:
        found += _attachment_problems(attachment, limits)
    return found


def _attachment_problems(attachment: Attachment, limits: Limits) -> list[Problem]:
    if limits.types and attachment.media_type not in limits.types:
        message = _("The server does not take files of the kind {kind}.")
        return [Problem("attachments", format_lazy(message, kind=attachment.media_type))]
    if is_film(attachment) and attachment.size > limits.video_bytes:
        message = _("The server does not take this file: it is too large.")
        return [Problem("attachments", message)]
    if length(attachment.alt, 0) > limits.alt:
        message = _("The description of an image is longer than {max} characters.")
        return [Problem("alt", format_lazy(message, max=limits.alt))]
    return []


def is_film(attachment: Attachment) -> bool:
    """Whether a file is sent as it is: only images can be made to fit."""
    return not attachment.media_type.startswith("image/")


def _poll_problems(poll: Poll, outgoing: Outgoing, limits: Limits) -> list[Problem]:
    return [
        Problem("options", message)
        for is_wrong, message in (
            (not limits.polls, _("This server has no polls.")),
            (bool(outgoing.attachments), _("A post has images or a poll, not both.")),
            (len(poll.answers) < _LEAST_ANSWERS, _("A poll has two answers or more.")),
            (
                len(poll.answers) > limits.poll_options,
                format_lazy(_("A poll has {max} answers at most here."), max=limits.poll_options),
            ),
            (
                len(set(poll.answers)) < len(poll.answers),
                _("Two answers of the poll are the same."),
            ),
            (
                any(length(one, 0) > limits.poll_characters for one in poll.answers),
                format_lazy(
                    _("An answer of the poll is longer than {max} characters."),
                    max=limits.poll_characters,
                ),
            ),
            (
                not limits.poll_least <= poll.seconds <= limits.poll_most,
                _("The server does not take polls that run for this time."),
            ),
        )
        if is_wrong
    ]
