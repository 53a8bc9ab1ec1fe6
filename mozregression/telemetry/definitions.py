"""metrics.yaml and pings.yaml, the only definitions of what is measured, as they are installed.

They stand at the top of the repository; a build of the package puts a copy beside this module.
"""

from pathlib import Path
from typing import Any

FILES = ("metrics.yaml", "pings.yaml")


def text(name: str) -> str:
    """What one of FILES holds."""
    here = Path(__file__)
    shipped = here.with_name(name)
    return (shipped if shipped.exists() else here.parents[2] / name).read_text(encoding="utf-8")


def metrics() -> dict[str, dict[str, Any]]:
    """Definitions by full name, such as `usage.app`."""
    return {
        f"{category}.{name}": metric
        for category, names in _sections("metrics.yaml").items()
        for name, metric in names.items()
    }


def pings() -> dict[str, dict[str, Any]]:
    """Definitions by name."""
    return _sections("pings.yaml")


def _sections(name: str) -> dict[str, Any]:
    import yaml

    return {key: value for key, value in yaml.safe_load(text(name)).items() if key[0] != "$"}
