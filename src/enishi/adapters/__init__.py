"""One package for each network: nothing outside this folder knows a network by name."""
