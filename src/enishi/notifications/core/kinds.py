"""What there is to tell, how it may reach a person, and what is told unless they choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """A kind of news."""

    DELIVERY_FAILED = "delivery_failed"
    DELIVERY_UNKNOWN = "delivery_unknown"
    DELIVERY_MISSED = "delivery_missed"
    DELIVERY_HELD = "delivery_held"
    SLOT_EMPTY = "slot_empty"
    SLOT_MISSED = "slot_missed"
    WEBHOOK_DISABLED = "webhook_disabled"
    CONVERSATION_ASSIGNED = "conversation_assigned"
    RULE_FIRED = "rule_fired"
    RECHECK_DUE = "recheck_due"
    TRIAL_OVER = "trial_over"


class Mail(StrEnum):
    """Whether and how news comes by e-mail."""

    OFF = "off"
    EACH = "each"
    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class Choice:
    """How a person wants one kind of news."""

    in_app: bool
    mail: Mail

    @property
    def wanted(self) -> bool:
        """Whether they want it in any way."""
        return self.in_app or self.mail is not Mail.OFF


DEFAULTS: Mapping[Kind, Choice] = {
    Kind.DELIVERY_FAILED: Choice(in_app=True, mail=Mail.EACH),
    Kind.DELIVERY_UNKNOWN: Choice(in_app=True, mail=Mail.EACH),
    Kind.DELIVERY_MISSED: Choice(in_app=True, mail=Mail.EACH),
    Kind.DELIVERY_HELD: Choice(in_app=True, mail=Mail.EACH),
    Kind.SLOT_EMPTY: Choice(in_app=True, mail=Mail.EACH),
    Kind.SLOT_MISSED: Choice(in_app=True, mail=Mail.EACH),
    Kind.WEBHOOK_DISABLED: Choice(in_app=True, mail=Mail.EACH),
    Kind.CONVERSATION_ASSIGNED: Choice(in_app=True, mail=Mail.DAILY),
    Kind.RULE_FIRED: Choice(in_app=True, mail=Mail.EACH),
    Kind.RECHECK_DUE: Choice(in_app=True, mail=Mail.EACH),
    Kind.TRIAL_OVER: Choice(in_app=True, mail=Mail.DAILY),
}
