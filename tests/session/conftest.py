"""`--hypothesis-profile many` replays 10,000 random sessions; the usual profile is quick."""

from hypothesis import settings

settings.register_profile("many", max_examples=10_000)
