"""Pure decisions about channels: no database, no clock, no network."""
