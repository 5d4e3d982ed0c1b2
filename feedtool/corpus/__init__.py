"""A whole corpus at once, in columns: what a store does page by page, done by sorting."""
