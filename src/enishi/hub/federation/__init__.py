"""The hub at work: it fetches, verifies, takes in and sends."""
