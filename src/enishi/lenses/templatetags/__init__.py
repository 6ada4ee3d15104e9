"""How templates of the lenses write values."""
