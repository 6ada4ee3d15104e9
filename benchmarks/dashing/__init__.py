"""What `dashboards.py` needs besides: a seeded log of any size."""
