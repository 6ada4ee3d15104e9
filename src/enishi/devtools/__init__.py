"""Tools of those who build Enishi: they look at the code, the product never imports them."""
