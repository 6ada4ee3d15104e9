"""Pure decisions about background work: when to try again, whose turn it is, how fast."""
