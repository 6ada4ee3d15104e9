"""A simulated network: a town of people who read, like and answer, with no account needed."""
