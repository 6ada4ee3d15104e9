"""Files from documents. Each format's libraries are loaded when the first file of it is made."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from enishi.reports.core.formats import Format
from enishi.reports.documents import Document
from enishi.reports.plan_page import PlanPage


def render_plan(page: PlanPage) -> bytes:
    """The plan on one page, as a PDF."""
    make: Callable[[PlanPage], bytes] = import_module(f"{__name__}.plan_file").render
    return make(page)


def render(format_: Format, document: Document) -> bytes:
    """The document as a file."""
    module = import_module(f"{__name__}.{format_.value}_file")
    make: Callable[[Document], bytes] = module.render
    return make(document)
