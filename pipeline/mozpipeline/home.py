"""Where a pipeline keeps what it has: one folder."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """The data folder. store: where the tables are, a folder or a URL; by default inside."""

    folder: Path
    store: str = ""

    @property
    def tables(self) -> str:
        return self.store or str(self.folder / "tables")

    @property
    def is_shared(self) -> bool:
        """Whether loaders of other machines may write to the same tables."""
        return bool(self.store)

    @property
    def journals(self) -> Path:
        return self.folder / "journals"

    @property
    def rejects(self) -> Path:
        return self.folder / "rejects.sqlite"

    @property
    def seen(self) -> Path:
        return self.folder / "seen.sqlite"

    @property
    def erased(self) -> Path:
        return self.folder / "erased.sqlite"

    @property
    def loading(self) -> Path:
        """Locked by the one loader."""
        return self.folder / "loading.lock"
