"""The colours of reports: those of the pages by day."""

from __future__ import annotations

INK = "#1B2326"
QUIET = "#5F6B70"
LINE = "#E4E1D9"
PAPER = "#F6F5F1"
SUNKEN = "#EFEDE7"
ACCENT = "#0F6A73"
ACCENT_SOFT = "#E1EFF0"
THREAD = "#C8412A"
SERIES = ("#0F6A73", "#C8412A", "#4F5BA6", "#9A6B00")
TONES = {
    "good": "#1F6E43",
    "warn": "#855500",
    "bad": "#AD2018",
    "quiet": QUIET,
}
