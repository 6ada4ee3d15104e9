"""Readers that turn a file into activities and observations, one entry at a time."""
