"""News in the reader's words, made when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from enishi.notifications.core.kinds import Kind, Mail
from enishi.publishing.core.states import DeliveryState
from enishi.publishing.core.timeline import why
from enishi.publishing.slot_watch import EMPTY, MISSED

KIND_NAMES: Mapping[Kind, object] = {
    Kind.DELIVERY_FAILED: gettext_lazy("A post or reply was not published"),
    Kind.DELIVERY_UNKNOWN: gettext_lazy("It is unknown whether a post arrived"),
    Kind.DELIVERY_MISSED: gettext_lazy("A post missed its time"),
    Kind.DELIVERY_HELD: gettext_lazy("Posts wait for a channel or a decision"),
    Kind.SLOT_EMPTY: gettext_lazy("A slot is due soon and still empty"),
    Kind.SLOT_MISSED: gettext_lazy("A slot passed without a finished post"),
    Kind.WEBHOOK_DISABLED: gettext_lazy("A webhook was switched off"),
    Kind.CONVERSATION_ASSIGNED: gettext_lazy("A conversation was given to me"),
    Kind.RULE_FIRED: gettext_lazy("A rule proposes another mix"),
    Kind.RECHECK_DUE: gettext_lazy("It is time to ask again whether social media is needed"),
    Kind.TRIAL_OVER: gettext_lazy("An experiment is over"),
}
MAIL_NAMES: Mapping[Mail, object] = {
    Mail.OFF: gettext_lazy("No e-mail"),
    Mail.EACH: gettext_lazy("Soon, gathered"),
    Mail.DAILY: gettext_lazy("Once a day"),
}
LOOKS: Mapping[Kind, tuple[str, str]] = {
    Kind.DELIVERY_FAILED: ("alert-triangle", "bad"),
    Kind.DELIVERY_UNKNOWN: ("help-circle", "warn"),
    Kind.DELIVERY_MISSED: ("hourglass", "warn"),
    Kind.DELIVERY_HELD: ("player-pause", "warn"),
    Kind.SLOT_EMPTY: ("pencil", "warn"),
    Kind.SLOT_MISSED: ("hourglass", "warn"),
    Kind.WEBHOOK_DISABLED: ("webhook-off", "bad"),
    Kind.CONVERSATION_ASSIGNED: ("user-check", "accent"),
    Kind.RULE_FIRED: ("target", "accent"),
    Kind.RECHECK_DUE: ("calendar", "warn"),
    Kind.TRIAL_OVER: ("flask", "accent"),
}
"""Icon and tone."""


def title(kind: Kind, count: int, parameters: Mapping[str, Any]) -> str:
    """What happened, in one sentence."""
    values = {"count": count, **{name: str(value) for name, value in parameters.items()}}
    return _SENTENCES[kind](count) % {"channel": "", "host": "", "who": "", "name": "", **values}


def _failed(count: int) -> str:
    return ngettext(
        "%(channel)s: a post was not published.",
        "%(channel)s: %(count)s posts were not published.",
        count,
    )


def _unknown(count: int) -> str:
    return ngettext(
        "%(channel)s: it is not known whether a post arrived.",
        "%(channel)s: it is not known whether %(count)s posts arrived.",
        count,
    )


def _missed(count: int) -> str:
    return ngettext(
        "%(channel)s: a post missed its time.",
        "%(channel)s: %(count)s posts missed their time.",
        count,
    )


def _held(count: int) -> str:
    return ngettext("%(channel)s: a post is held.", "%(channel)s: %(count)s posts are held.", count)


def _slot_empty(count: int) -> str:
    return ngettext(
        "%(name)s: a post is due soon and still empty.",
        "%(name)s: %(count)s posts are due soon and still empty.",
        count,
    )


def _slot_missed(count: int) -> str:
    return ngettext(
        "%(name)s: a post was not finished in time.",
        "%(name)s: %(count)s posts were not finished in time.",
        count,
    )


def _webhook(_count: int) -> str:
    return _("The webhook to %(host)s was switched off: it does not answer.")


def _assigned(count: int) -> str:
    return ngettext(
        "%(who)s gave you a conversation: %(name)s",
        "You were given %(count)s conversations, the last by %(who)s: %(name)s",
        count,
    )


def _rule(_count: int) -> str:
    return _("“%(name)s”: the conditions hold, another mix is proposed. Accept or refuse it.")


def _recheck(_count: int) -> str:
    return _("“%(name)s”: it is time to ask again whether social media is needed.")


def _trial(_count: int) -> str:
    return _("The experiment “%(name)s” is over: look at its result.")


_SENTENCES = {
    Kind.DELIVERY_FAILED: _failed,
    Kind.DELIVERY_UNKNOWN: _unknown,
    Kind.DELIVERY_MISSED: _missed,
    Kind.DELIVERY_HELD: _held,
    Kind.SLOT_EMPTY: _slot_empty,
    Kind.SLOT_MISSED: _slot_missed,
    Kind.WEBHOOK_DISABLED: _webhook,
    Kind.CONVERSATION_ASSIGNED: _assigned,
    Kind.RULE_FIRED: _rule,
    Kind.RECHECK_DUE: _recheck,
    Kind.TRIAL_OVER: _trial,
}


_SLOTS: Mapping[str, object] = {
    EMPTY: gettext_lazy("Write it before its time comes: it never goes out unfinished."),
    MISSED: gettext_lazy("Nothing was sent. Finish it and give it a new time, or drop it."),
}


def reason(parameters: Mapping[str, Any]) -> str:
    """Why, and what can be done; empty when the title says it all."""
    slot = _SLOTS.get(str(parameters.get("reason", "")))
    if slot is not None:
        return str(slot)
    state = parameters.get("state", "")
    if not state:
        return ""
    return str(why(DeliveryState(state), str(parameters.get("reason", ""))))


def subject(titles: list[str], workspace: str) -> str:
    """The subject line of a letter."""
    more = len(titles) - 1
    if not more:
        return f"[{workspace}] {titles[0]}"
    rest = ngettext("and %(more)s more", "and %(more)s more", more) % {"more": more}
    return f"[{workspace}] {titles[0]} ({rest})"
