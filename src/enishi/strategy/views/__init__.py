"""The HTML surface of the strategy."""
