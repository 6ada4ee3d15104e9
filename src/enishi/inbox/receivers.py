"""What channels read becomes conversations."""

from __future__ import annotations
