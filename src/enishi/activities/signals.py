"""What others may want to know of the log."""

from __future__ import annotations

from django.dispatch import Signal

recorded = Signal()
"""Activities that are new to the log, in the transaction that wrote them down.

Argument: activities (a sequence of NewActivity). Bulk imports do not send it: what they bring
happened long ago. A receiver that raises undoes the change, so receivers only write rows.
"""

person_erased = Signal()
"""Somebody is to be forgotten, in the same transaction. Arguments: workspace_id, actor_key.

Slices that keep something of people (names, pictures, messages) remove it here.
"""
