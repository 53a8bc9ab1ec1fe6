"""Where things are kept, by the customs of the operating system."""

from dataclasses import dataclass
from pathlib import Path

import platformdirs


@dataclass(frozen=True, slots=True)
class Places:
    """state: sessions and their test outputs. cache: what can be fetched again."""

    state: Path
    cache: Path

    @property
    def telemetry(self) -> Path:
        return self.state / "telemetry"

    @property
    def builds(self) -> Path:
        return self.cache / "builds"

    @property
    def answers(self) -> Path:
        return self.cache / "answers"

    @property
    def work(self) -> Path:
        return self.cache / "work"


def places() -> Places:
    """The user's folders; XDG variables are honoured on Linux."""
    return Places(
        state=platformdirs.user_state_path("mozregression", appauthor=False),
        cache=platformdirs.user_cache_path("mozregression", appauthor=False),
    )
