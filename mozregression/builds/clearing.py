"""What kept builds take up, and having the room back."""

from dataclasses import dataclass
from pathlib import Path

from mozregression.builds.entries import entries_in
from mozregression.builds.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Cleared:
    """About how many bytes were freed, and how many stay because somebody uses them."""

    freed: int
    stays: int


def taken(root: Path) -> int:
    """About how many bytes builds below a folder take up. Raises OSError."""
    return sum(entry.size() for entry in entries_in(root)) if root.is_dir() else 0


def clear(root: Path) -> Cleared:
    """Delete the builds below a folder, but those that a session uses, here or elsewhere.

    Nothing that mozregression did not make goes. Raises UnusableFolder and OSError.
    """
    if not root.is_dir():
        return Cleared(0, 0)
    return Cleared(Shelf(root, None).clear(), taken(root))
