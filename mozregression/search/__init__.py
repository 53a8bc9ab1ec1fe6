"""Which index to test next. This room knows indices, never what they stand for."""
