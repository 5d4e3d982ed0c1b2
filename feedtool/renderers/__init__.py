"""Reports -> characters, as they come."""
