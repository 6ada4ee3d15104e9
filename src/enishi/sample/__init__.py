"""A workspace to look around in: a small coffee roaster with a year of history in the town."""
