"""The KPIs by what they are about; `analytics.kpi` joins them into one registry."""
