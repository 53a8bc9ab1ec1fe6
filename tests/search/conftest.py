"""How long a test takes says nothing about the search."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
