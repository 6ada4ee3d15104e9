"""Pages of the lenses."""
