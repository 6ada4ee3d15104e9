"""Pure decisions of webhooks."""
