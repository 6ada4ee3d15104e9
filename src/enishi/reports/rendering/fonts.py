"""The typeface of printed reports: BIZ UDPGothic (SIL Open Font License), made for documents.

The front end's build puts its two files beside the pages' styles.
"""

from __future__ import annotations

import json
from pathlib import Path

from django.utils.translation import gettext as _

import enishi
from enishi.kernel.errors import ConflictError

_FOLDER = Path(enishi.__file__).parent / "site" / "static" / "enishi"


def font_file(*, bold: bool) -> Path:
    """The file of a weight."""
    name = "report-bold.ttf" if bold else "report-regular.ttf"
    manifest = _FOLDER / "manifest.json"
    built = json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else {}
    found = _FOLDER / str(built.get(name, name))
    if not found.is_file():
        raise ConflictError(
            _("The typeface of reports is missing."),
            remedy=_("Build the front end: npm run build."),
        )
    return found
