"""What is said of a file or row that cannot be used, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from enishi.imports.core.fields import BY_NAME


@dataclass(frozen=True, slots=True)
class Words:
    """A message and its remedy; both may hold `%(name)s`."""

    message: object
    remedy: object


_DOWNLOAD_AGAIN = _("Download or copy it again and upload the new file.")
_FIX_ROW = _("Correct the row in the file and upload it again, or import the good rows only.")
_CHECK_MAPPING = _("Choose the columns on the mapping page.")

FILES: Final[Mapping[str, Words]] = {
    "empty": Words(_("The file is empty."), _("Choose another file.")),
    "unknown": Words(
        _("This kind of file cannot be read."),
        _("Upload outbox.json, a repository (.car), tweets.js, their archives, or a CSV file."),
    ),
    "damaged": Words(_("The file is damaged."), _DOWNLOAD_AGAIN),
    "cut_off": Words(_("The file ends in the middle: a part is missing."), _DOWNLOAD_AGAIN),
    "not_json": Words(_("The file is not valid JSON."), _DOWNLOAD_AGAIN),
    "not_repository": Words(
        _("The file is not the repository of an account."), _("Export the repository again.")
    ),
    "not_tweets": Words(
        _("The file is not tweets.js."), _("Upload data/tweets.js, or the whole archive.")
    ),
    "nothing_inside": Words(
        _("The archive holds neither outbox.json nor tweets.js."),
        _("Upload the archive as it was downloaded."),
    ),
    "encrypted": Words(
        _("The archive is locked with a password."), _("Unpack it and upload the file inside.")
    ),
    "too_large": Words(
        _("The archive unfolds to more than 16 GB."), _("Unpack it and upload the file inside.")
    ),
    "no_entries": Words(
        _("There are no entries in this outbox."),
        _("Upload outbox.json of an archive: the copy on the web shows only its cover."),
    ),
    "not_a_table": Words(_("The file is not a table."), _("Save it as CSV and upload it again.")),
    "no_time_column": Words(_("No column holds the date."), _CHECK_MAPPING),
    "no_post_column": Words(_("No column holds the text or address of a post."), _CHECK_MAPPING),
    "no_number_column": Words(_("No column holds a number."), _CHECK_MAPPING),
    "columns_gone": Words(_("The table has no column “%(value)s”."), _CHECK_MAPPING),
    "log_busy": Words(
        _("The log kept changing while the import was being taken in."),
        _("Upload the file again: what is in the log already is not added twice."),
    ),
    "storage": Words(
        _("The log could not be written."),
        _("Look at free disk space and the server's log, then upload the file again."),
    ),
}
MAPPING_CODES: Final = frozenset(
    {"no_time_column", "no_post_column", "no_number_column", "columns_gone", "not_a_table"}
)
"""What a person can mend without another file."""

ROWS: Final[Mapping[str, Words]] = {
    "time_missing": Words(_("The date is missing."), _FIX_ROW),
    "time_unreadable": Words(
        _("“%(value)s” cannot be read as a date."),
        _("Write it like 2026-04-01 09:05 or 2026年4月1日 9:05."),
    ),
    "time_future": Words(
        _("%(value)s is in the future."), _("Check the date, or the order of day and month.")
    ),
    "time_old": Words(_("%(value)s is too long ago."), _("Check the date.")),
    "nothing_said": Words(_("There is neither a text nor an address."), _FIX_ROW),
    "nothing_counted": Words(_("There is no number in this row."), _FIX_ROW),
    "columns": Words(
        _("The row has %(count)s columns; the header has %(expected)s."),
        _("Look for a missing or surplus separator or quotation mark."),
    ),
    "characters": Words(
        _("Characters are broken: “%(value)s” (read as %(encoding)s)."),
        _("Choose another encoding on the mapping page, or correct the row."),
    ),
    "quote": Words(_("A quotation mark is not closed here or before."), _FIX_ROW),
    "number_unreadable": Words(
        _("“%(value)s” is not a number."), _("Leave the cell empty when nothing was measured.")
    ),
    "number_negative": Words(_("“%(value)s” is below zero."), _FIX_ROW),
    "metric_unknown": Words(
        _("“%(value)s” is not a metric that Enishi knows."),
        _("Use names such as followers, likes, impressions."),
    ),
    "channel_unknown": Words(
        _("There is no channel called “%(value)s”."),
        _("Connect it, correct its name, or do not map this column."),
    ),
    "url_bad": Words(_("“%(value)s” is not an address."), _("It must begin with https://.")),
    "nul": Words(_("The text holds a character that cannot be stored (NUL)."), _FIX_ROW),
    "vocab": Words(_("The entry is not valid ActivityStreams: %(detail)s."), _FIX_ROW),
    "not_activity": Words(_("“%(value)s” is not an activity."), _FIX_ROW),
    "not_a_post": Words(_("The entry is not a post."), _FIX_ROW),
    "not_a_record": Words(_("The record %(value)s cannot be read."), _FIX_ROW),
    "id_missing": Words(_("The identifier is missing."), _FIX_ROW),
    "subject_missing": Words(_("It does not say what was liked, shared or followed."), _FIX_ROW),
}


@dataclass(frozen=True, slots=True)
class Worded:
    """A finding in the reader's language."""

    message: str
    remedy: str


def _worded(words: Words | None, code: str, params: Mapping[str, str]) -> Worded:
    if words is None:
        return Worded(code, "")
    return Worded(str(words.message) % params, str(words.remedy))


def of_file(code: str, params: Mapping[str, str]) -> Worded:
    """A file that cannot be used."""
    return _worded(FILES.get(code), code, params)


def of_row(code: str, params: Mapping[str, str]) -> Worded:
    """A row that cannot be used."""
    return _worded(ROWS.get(code), code, params)


def of_field(name: str) -> str:
    """A field in the reader's language; names that only the file knows stay as they are."""
    field = BY_NAME.get(name)
    return str(field.label) if field else translate(name) if name else ""
