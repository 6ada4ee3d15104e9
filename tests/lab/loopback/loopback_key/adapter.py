from __future__ import annotations

from tests.lab.loopback.adapter import KeyAdapter

ADAPTER = KeyAdapter
