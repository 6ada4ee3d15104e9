"""What others may want to know of the log."""

from __future__ import annotations

from django.dispatch import Signal

person_erased = Signal()
"""Somebody is to be forgotten, in the same transaction. Arguments: workspace_id, actor_key.

Slices that keep something of people (names, pictures, messages) remove it here.
"""
