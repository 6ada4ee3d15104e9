"""The assembled product: settings, the roots of the four surfaces, base templates."""
