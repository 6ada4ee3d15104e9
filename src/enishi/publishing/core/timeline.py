"""A delivery's history in plain words: what happened, what happens next and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from enishi.publishing.core.settling import Reason
from enishi.publishing.core.states import DeliveryKind, DeliveryState, Outcome


class Tone(StrEnum):
    """How a moment is to be shown."""

    NEUTRAL = "neutral"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Try:
    """An attempt."""

    number: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    words: str = ""
    """What Enishi says about it, in the reader's language."""
    quote: str = ""
    """What the network said, verbatim."""
    worker: str = ""

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it runs."""
        if self.ended_at is None:
            return None
        return max(0.0, (self.ended_at - self.started_at).total_seconds())


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a delivery."""

    kind: DeliveryKind
    state: DeliveryState
    reason: str
    problem: str
    channel_name: str
    created_at: datetime
    planned_at: datetime
    due_at: datetime
    published_at: datetime | None
    remote_url: str
    valid_until: datetime | None
    tries: Sequence[Try] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened. An attempt has a number."""

    at: datetime
    text: object
    tone: Tone = Tone.NEUTRAL
    detail: str = ""
    """More about it in plain words."""
    quote: str = ""
    """The network's own words."""
    number: int = 0
    seconds: float | None = None
    worker: str = ""


@dataclass(frozen=True, slots=True)
class NextStep:
    """What happens next; `at` is None when it waits for a person or nothing will happen."""

    text: object
    at: datetime | None = None
    waits_for_person: bool = False


_OUTCOMES: dict[str, tuple[object, Tone]] = {
    Outcome.RUNNING: (_("Sending began."), Tone.NEUTRAL),
    Outcome.DONE: (_("The network confirmed it."), Tone.GOOD),
    Outcome.FOUND: (_("It was found on the network: it had arrived."), Tone.GOOD),
    Outcome.REFUSED: (_("The network refused it."), Tone.BAD),
    Outcome.UNKNOWN: (
        _("The network did not confirm: it may or may not have arrived."),
        Tone.WARNING,
    ),
    Outcome.AUTH_EXPIRED: (_("The network no longer accepts the sign-in."), Tone.WARNING),
    Outcome.RATE_LIMITED: (_("The network asked us to slow down."), Tone.NEUTRAL),
    Outcome.TRANSIENT: (_("The network could not take it just then."), Tone.WARNING),
    Outcome.INTERRUPTED: (_("The worker stopped in the middle of it."), Tone.WARNING),
    Outcome.BLIND: (_("Enishi could not look whether it had arrived."), Tone.WARNING),
    Outcome.UNCERTAIN: (_("There are posts that may be it: a person must look."), Tone.WARNING),
    Outcome.NOT_SENT: (_("It was interrupted before anything was sent."), Tone.NEUTRAL),
    Outcome.PAUSED: (_("Publishing was paused: nothing further was sent."), Tone.NEUTRAL),
    Outcome.LATE: (_("It was not on the network, and too late to send unasked."), Tone.WARNING),
}


def moments(facts: Facts) -> Iterator[Moment]:
    """What happened, oldest first."""
    yield Moment(facts.created_at, _BEGINNINGS[facts.kind])
    for item in facts.tries:
        text, tone = _OUTCOMES[item.outcome]
        yield Moment(
            at=item.ended_at or item.started_at,
            text=text,
            tone=tone,
            detail=item.words if item.words != str(text) else "",
            quote=item.quote,
            number=item.number,
            seconds=item.seconds,
            worker=item.worker,
        )
    if facts.state is DeliveryState.DELETED:
        yield Moment(facts.due_at, _("It was deleted on the network."))
    elif facts.reason == Reason.MARKED and facts.published_at:
        at = max([facts.published_at, *(item.ended_at or item.started_at for item in facts.tries)])
        yield Moment(at, _("A person confirmed that it is published."), Tone.GOOD)
    elif facts.reason == Reason.GIVEN_UP and facts.tries:
        last = facts.tries[-1]
        yield Moment(last.ended_at or last.started_at, _("A person gave it up."))


_BEGINNINGS = {
    DeliveryKind.PUBLISH: _("It was planned."),
    DeliveryKind.REPLY: _("The reply was written."),
    DeliveryKind.DELETE: _("Deleting it on the network was asked for."),
    DeliveryKind.EDIT: _("Changing it on the network was asked for."),
}


def next_step(facts: Facts, now: datetime) -> NextStep:
    """What happens next and when, or what a person has to decide."""
    if facts.state is DeliveryState.SCHEDULED:
        return _waiting(facts, now)
    if facts.state is DeliveryState.HELD:
        text = _HELD.get(facts.reason, _("It is held. Send it, give it a new time or cancel it."))
        return NextStep(text, waits_for_person=True)
    text = why(facts.state, facts.reason)
    if facts.kind is DeliveryKind.EDIT:
        text = _EDIT.get(facts.state, text)
    if facts.state is DeliveryState.PUBLISHED and facts.kind is DeliveryKind.DELETE:
        text = _("Done: it is no longer on the network.")
    return NextStep(text, waits_for_person=facts.state in _PERSON)


def why(state: DeliveryState, reason: str) -> object:
    """Why something stopped, for the log."""
    if state is DeliveryState.HELD and reason in _HELD:
        return _HELD[reason]
    if state is DeliveryState.FAILED and reason in _FAILED:
        return _FAILED[reason]
    if state is DeliveryState.UNKNOWN and reason == Reason.PARTLY:
        return _PARTLY
    return _STANDING.get(state, "")


def _waiting(facts: Facts, now: datetime) -> NextStep:
    if facts.reason in _AGAIN:
        return NextStep(_AGAIN[facts.reason], facts.due_at)
    if facts.due_at <= now:
        return NextStep(_("It goes out any moment."), facts.due_at)
    return NextStep(_("It goes out at the planned time."), facts.due_at)


_AGAIN: dict[str, object] = {
    Reason.RETRYING: _("It is tried again."),
    Reason.RATE_LIMITED: _("It is sent as soon as the network allows."),
    Reason.LOOKING: _("Enishi looks whether it has arrived, and sends it only if it has not."),
    Reason.INTERRUPTED: _("Enishi looks whether it has arrived, and sends it only if it has not."),
}
_HELD: dict[str, object] = {
    Reason.RECONNECT: _("It waits until the channel is reconnected, and goes out by itself then."),
    Reason.PAUSED: _("It waits until the channel is resumed, and goes out by itself then."),
    Reason.PAUSED_ALL: _("Publishing is paused. It goes out by itself when that is lifted."),
    Reason.DRAFT_CHANNEL: _("It waits until the channel is activated."),
    Reason.DISCONNECTED: _("The channel is disconnected: connect it again, or cancel."),
    Reason.STALE: _("Its “valid until” has passed. Send it anyway, give it a new time or cancel."),
}
_FAILED: dict[str, object] = {
    Reason.REFUSED: _("The network refused it for good. Change the post, then try again."),
    Reason.GAVE_UP: _("It did not work for about an hour. Try again, or mark it as published."),
    Reason.GIVEN_UP: _("A person gave it up: it counts as not published."),
}
_EDIT: dict[DeliveryState, object] = {
    DeliveryState.PUBLISHING: _("The change is being sent now."),
    DeliveryState.PUBLISHED: _("Done: the network shows it as it is here."),
    DeliveryState.UNKNOWN: _(
        "Nobody knows whether the network shows the change: look there, then try again or leave it."
    ),
    DeliveryState.FAILED: _("The network still shows it as it was. Try again, or leave it."),
    DeliveryState.CANCELLED: _("The change was cancelled: the network shows it as it was."),
}
"""Where the change of a published post stands."""
_PARTLY = _(
    "It was stopped, but a part of it is on the network, or may be. Look there: mark it as "
    "published, have the rest sent, or give it up."
)
_STANDING: dict[DeliveryState, object] = {
    DeliveryState.PUBLISHING: _("It is being sent now."),
    DeliveryState.PUBLISHED: _("Done: it is on the network."),
    DeliveryState.UNKNOWN: _("Nobody knows whether it arrived: somebody has to look and decide."),
    DeliveryState.FAILED: _("It was not published. Change it and try again, or leave it."),
    DeliveryState.MISSED: _(
        "Its time passed more than two days ago while nothing could be sent. "
        "Send it now, give it a new time or cancel it."
    ),
    DeliveryState.CANCELLED: _("It was cancelled: nothing will be sent."),
    DeliveryState.DELETED: _("It was deleted on the network."),
}
_PERSON = frozenset({DeliveryState.UNKNOWN, DeliveryState.FAILED, DeliveryState.MISSED})
