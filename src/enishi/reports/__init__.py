"""Dashboards, annotations, saved views, exports and reports by e-mail."""
