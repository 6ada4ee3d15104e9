"""What publishing tells the slices above it.

- `deliveries_settled`  `deliveries: list[Delivery]`: an attempt ended, whatever its outcome; sent
  inside the transaction that wrote it down.
"""

from __future__ import annotations

from django.dispatch import Signal

deliveries_settled = Signal()
