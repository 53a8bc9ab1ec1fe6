"""What a build says about itself."""

import configparser
import zipfile
from dataclasses import dataclass
from pathlib import Path

from mozregression.model.builds import Revision


@dataclass(frozen=True, slots=True)
class BuildInfo:
    """What a build says about itself; None where it says nothing.

    platform: source of the Gecko inside, of apps that have a source of their own besides.
    """

    name: str | None = None
    version: str | None = None
    build_id: str | None = None
    revision: Revision | None = None
    platform: Revision | None = None


def read_info(resources: Path | zipfile.Path) -> BuildInfo:
    """Read application.ini ([App] Name, Version, BuildID, SourceRepository, SourceStamp) and
    platform.ini ([Build] SourceRepository, SourceStamp) of a folder or zip file.

    Not by mozversion: it prints each value, and refuses builds from before platform.ini.
    """
    app = _section(resources / "application.ini", "App")
    revision = _revision(app)
    platform = _revision(_section(resources / "platform.ini", "Build"))
    return BuildInfo(
        name=app.get("name"),
        version=app.get("version"),
        build_id=app.get("buildid"),
        revision=revision,
        platform=platform if platform != revision else None,
    )


def _section(file: Path | zipfile.Path, name: str) -> dict[str, str]:
    ini = configparser.RawConfigParser(strict=False)
    try:
        ini.read_string(file.read_text(encoding="utf-8"))
    except (configparser.Error, UnicodeDecodeError, OSError, KeyError):
        return {}
    return dict(ini[name]) if ini.has_section(name) else {}


def _revision(section: dict[str, str]) -> Revision | None:
    branch = section.get("sourcerepository", "").rstrip("/").rpartition("/")[2]
    node = section.get("sourcestamp", "")
    return Revision(branch, node) if branch and node else None
