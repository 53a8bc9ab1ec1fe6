"""Queries that have a name: each is a folder with its SQL, what it is about, and its tests."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from mozpipeline.errors import PipelineError

FOLDER = Path(__file__).with_name("queries")


@dataclass(frozen=True, slots=True)
class Named:
    """One query. columns: what each column holds."""

    name: str
    title: str
    description: str
    columns: dict[str, str]
    sql: str


def all_queries() -> tuple[Named, ...]:
    return tuple(_read(folder) for folder in sorted(FOLDER.iterdir()) if folder.is_dir())


def query(name: str) -> Named:
    """Raises PipelineError when there is none of that name."""
    if not name.isidentifier() or not (FOLDER / name / "query.sql").is_file():
        known = ", ".join(one.name for one in all_queries())
        raise PipelineError(f"No query is named {name!r}.", f"There are: {known}.")
    return _read(FOLDER / name)


def _read(folder: Path) -> Named:
    about = yaml.safe_load((folder / "metadata.yaml").read_text(encoding="utf-8"))
    return Named(
        name=folder.name,
        title=about["title"],
        description=about["description"].strip(),
        columns=about["columns"],
        sql=(folder / "query.sql").read_text(encoding="utf-8"),
    )
