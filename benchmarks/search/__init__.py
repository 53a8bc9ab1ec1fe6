"""Figures of the search itself: random worlds of indices, answered in memory."""
