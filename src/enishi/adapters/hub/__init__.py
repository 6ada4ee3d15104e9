"""The hub: a place of one's own on the open social web, which federates by ActivityPub."""
