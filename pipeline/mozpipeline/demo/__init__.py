"""A make-believe year, to see everything work."""
