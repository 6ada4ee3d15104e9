"""A workspace's own place on the open social web: its public site and its ActivityPub actors."""
