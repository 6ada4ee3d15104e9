"""Pure decisions of notifications."""
