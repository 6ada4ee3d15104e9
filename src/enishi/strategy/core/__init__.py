"""Pure decisions of the strategy: pacing, the SMART check, reading a statement."""
