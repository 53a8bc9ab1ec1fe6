"""Carries out what the session wants, and tells faces what happens. Decides nothing."""
