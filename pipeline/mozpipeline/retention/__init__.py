"""What keeping or deleting old builds costs, and what it loses. Pure."""
