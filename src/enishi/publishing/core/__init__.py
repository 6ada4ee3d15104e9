"""Pure decisions of publishing: states, times, keys, what comes next."""
