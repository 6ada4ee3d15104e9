"""What every test run loads."""

from __future__ import annotations

pytest_plugins = ["tests.plugins.live", "tests.plugins.requirements", "tests.plugins.people"]
