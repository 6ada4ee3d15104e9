"""Users, organisations, workspaces, membership and sign-in."""
