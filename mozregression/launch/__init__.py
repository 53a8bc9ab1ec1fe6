"""Running programs and builds so that nothing stays behind."""
