"""Mastodon, and every other server that speaks its API."""
