"""From YAML to values, judged by Glean's own parser."""

import warnings
from pathlib import Path
from typing import Any

from mozpipeline.definitions.model import Definitions, Metric, Ping
from mozpipeline.errors import PipelineError

FILES = ("metrics.yaml", "pings.yaml")


def shipped_folder() -> Path:
    """Where this version's own two files are: in the package, or at the top of a checkout."""
    package = Path(__file__).parents[1]
    return package if (package / FILES[0]).is_file() else package.parents[1]


def read(folder: Path) -> Definitions:
    """The definitions in a folder. Raises PipelineError that tells every mistake."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of jsonschema, inside the parser
        from glean_parser import parser

        outcome = parser.parse_objects(
            [folder / name for name in FILES], {"allow_reserved": False, "interesting": None}
        )
        mistakes = [str(mistake) for mistake in outcome]
    if mistakes:
        raise PipelineError(
            f"The definitions in {folder} are not right:\n" + "\n".join(mistakes),
            "Correct the files; `glean_parser glinter metrics.yaml pings.yaml` shows more.",
        )
    groups: dict[str, dict[str, Any]] = outcome.value
    pings = {name: _ping(entry) for name, entry in groups.get("pings", {}).items()}
    metrics = tuple(
        _metric(entry)
        for category, entries in sorted(groups.items())
        if category not in ("pings", "tags")
        for _, entry in sorted(entries.items())
    )
    return Definitions(pings, metrics)


def _ping(entry: Any) -> Ping:
    return Ping(
        name=entry.name,
        description=_text(entry.description),
        has_client_id=entry.include_client_id,
        reasons={name: _text(text) for name, text in entry.reasons.items()},
        bugs=tuple(entry.bugs),
        reviews=tuple(entry.data_reviews),
        emails=tuple(entry.notification_emails),
    )


def _metric(entry: Any) -> Metric:
    unit = getattr(entry, "time_unit", None)
    return Metric(
        identifier=entry.identifier(),
        type=entry.type,
        description=_text(entry.description),
        lifetime=entry.lifetime.name,
        pings=tuple(entry.send_in_pings),
        bugs=tuple(entry.bugs),
        reviews=tuple(entry.data_reviews),
        emails=tuple(entry.notification_emails),
        sensitivity=tuple(kind.name for kind in entry.data_sensitivity or ()),
        expires=str(entry.expires),
        time_unit=unit.name if unit is not None else None,
        labels=tuple(getattr(entry, "ordered_labels", None) or ()),
    )


def _text(text: str) -> str:
    return " ".join(text.split())
