"""Values everybody shares. No I/O, no clock, no threads: see docs/design.md for the words."""
