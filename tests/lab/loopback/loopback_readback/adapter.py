from __future__ import annotations

from tests.lab.loopback.adapter import ReadbackAdapter

ADAPTER = ReadbackAdapter
