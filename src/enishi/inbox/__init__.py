"""Conversations: what people say to a workspace's channels, and what it answers."""
