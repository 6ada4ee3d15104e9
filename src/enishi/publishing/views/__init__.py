"""The HTML surface of publishing."""
