"""Posts: written once, fitted to each channel, sent exactly once, followed to the end."""
