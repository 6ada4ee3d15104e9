"""Bringing in what people already have: archives, repositories and tables."""
