"""What channels tells the slices above it, which it must not import.

All but those that ask are sent inside the transaction that made the change: a receiver
that raises undoes it. Every signal has the keyword `channel` (a `Channel`) and:

- `activities_read`   `activities: Sequence[tuple[UUID, Node]]`: people's acts that were new to
  the log, oldest first.
- `history_read`      `activities: Sequence[tuple[UUID, Node]]`: the account's own posts that
  were new to the log, oldest first. The ones we published ourselves come too: their object's
  id is the `remote_id` of a delivery.
- `subjects_asked`    `limit: int`: receivers may return a sequence of remote ids whose numbers
  are worth reading now; without any answer the newest posts of the log are read.
- `sending_asked`     receivers return True while something is on its way to the network: what is
  read of the account's own posts is then put off, so that nobody takes it for somebody else's.
- `channel_changed`   `old: ChannelState`, `new: ChannelState`.
- `channel_disconnected`  after credentials were removed: what waits must be held or cancelled.
- `channel_opening`   before a channel that only the company read is opened to everybody.
- `disconnect_asked`  receivers return sentences (lazy translations) or None: what disconnecting
  would do to what is theirs; shown to the person who is about to do it.
"""

from __future__ import annotations

from django.dispatch import Signal

activities_read = Signal()
history_read = Signal()
subjects_asked = Signal()
sending_asked = Signal()
channel_changed = Signal()
channel_disconnected = Signal()
channel_opening = Signal()
disconnect_asked = Signal()
