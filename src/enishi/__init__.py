"""Enishi: one place for the whole social media work of a company."""

from __future__ import annotations

from importlib.metadata import version

__version__ = version("enishi")
