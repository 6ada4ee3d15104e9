"""What the composer tells those above it."""

from __future__ import annotations

from django.dispatch import Signal

post_composed = Signal()
"""A post was saved in the composer: `actor`, `post`, `data` (all that the form sent).

Sent inside the transaction: a receiver that raises an EnishiError undoes the saving and has
its words shown in the form.
"""
