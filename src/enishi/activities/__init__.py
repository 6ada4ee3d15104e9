"""The activity log: what happened, recorded once, and read again in many ways."""
