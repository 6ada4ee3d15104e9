"""What publishing tells the slices above it, inside the transaction that made the change.

- `deliveries_settled`  `deliveries: list[Delivery]`: an attempt ended, whatever its outcome.
"""

from __future__ import annotations

from django.dispatch import Signal

deliveries_settled = Signal()
