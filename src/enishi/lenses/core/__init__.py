"""Pure decisions of the lenses."""
