"""Lenses: the same numbers seen as ties between people, and as content for many."""
