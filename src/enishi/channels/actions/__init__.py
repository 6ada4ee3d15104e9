"""Every write to channels. Each action takes an actor and keyword arguments."""

from __future__ import annotations

from enishi.channels.actions.activating import (
    Plan,
    activate,
    set_activation,
    set_cadence,
    set_owners,
)
from enishi.channels.actions.around import (
    follow,
    followers_of_others,
    following,
    look,
    search,
    unfollow,
)
from enishi.channels.actions.authorising import (
    Begun,
    SignedIn,
    begin_sign_in,
    finish_sign_in,
    sign_in_channel,
)
from enishi.channels.actions.classifying import reset_taxonomy, set_readers, set_taxonomy
from enishi.channels.actions.connecting import (
    Verified,
    connect_channel,
    reconnect_channel,
    save_account,
    verify_account,
)
from enishi.channels.actions.running import (
    disconnect_channel,
    pause_channel,
    read_now,
    resume_channel,
    rotate_keys,
)

__all__ = [
    "Begun",
    "Plan",
    "SignedIn",
    "Verified",
    "activate",
    "begin_sign_in",
    "connect_channel",
    "disconnect_channel",
    "finish_sign_in",
    "follow",
    "followers_of_others",
    "following",
    "look",
    "pause_channel",
    "read_now",
    "reconnect_channel",
    "reset_taxonomy",
    "resume_channel",
    "rotate_keys",
    "save_account",
    "search",
    "set_activation",
    "set_cadence",
    "set_owners",
    "set_readers",
    "set_taxonomy",
    "sign_in_channel",
    "unfollow",
    "verify_account",
]
