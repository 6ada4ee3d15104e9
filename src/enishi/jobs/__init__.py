"""The one door to background work: rows are the truth, one dispatcher carries them out."""
