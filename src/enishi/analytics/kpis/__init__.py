"""The KPIs: metrics composed into readings."""
