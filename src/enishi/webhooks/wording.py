"""Endpoints and calls in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from enishi.webhooks.core.states import EndpointState, SendingState
from enishi.webhooks.sending import Problem

DISABLED: Mapping[str, object] = {
    "gone": _("The receiver said that it is gone for good (HTTP 410)."),
    "failing": _("No call has worked for five days."),
}
PROBLEMS: Mapping[str, object] = {
    Problem.NONE.value: "",
    Problem.NOT_REACHED.value: _("No answer came"),
    Problem.REFUSED.value: _("Enishi does not call this address"),
}
ENDPOINT_LOOKS: Mapping[str, tuple[object, str, str]] = {
    EndpointState.ACTIVE.value: (_("Active"), "circle-check", "good"),
    EndpointState.PAUSED.value: (_("Paused"), "player-pause", "quiet"),
    EndpointState.DISABLED.value: (_("Switched off"), "webhook-off", "bad"),
}
SENDING_LOOKS: Mapping[str, tuple[object, str, str]] = {
    SendingState.WAITING.value: (_("Waiting"), "clock", "accent"),
    SendingState.SENDING.value: (_("Being sent"), "send", "accent"),
    SendingState.DELIVERED.value: (_("Delivered"), "circle-check", "good"),
    SendingState.FAILED.value: (_("Given up"), "circle-x", "bad"),
}
"""Word, icon and tone of each state."""
