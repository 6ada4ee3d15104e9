"""Decisions of reports: periods, comparisons, groups, due times. Pure."""
