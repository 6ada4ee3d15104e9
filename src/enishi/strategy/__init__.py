"""Goals, strategies, objectives and tactics, and how objectives pace."""
