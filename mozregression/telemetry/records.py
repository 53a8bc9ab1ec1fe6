"""What is handed to the helper, as values and as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Usage:
    """A bisection or a launch that began. variant: the face (`console`, `gui`, `mach`).

    reason: `bisection` or `launch`, as pings.yaml has them. dates: ISO days by the names of
    metrics (`good_date`, `bad_date`, `launch_date`); bounds that are no day are left out.
    """

    variant: str
    app: str
    build_type: str
    reason: str
    dates: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tally:
    """Builds that a session wanted, counted by age: see `tally.py` for the labels."""

    app: str
    build_type: str
    launched_nightly: Mapping[str, int] = field(default_factory=dict)
    launched_push: Mapping[str, int] = field(default_factory=dict)
    missing_nightly: Mapping[str, int] = field(default_factory=dict)
    missing_push: Mapping[str, int] = field(default_factory=dict)

    @property
    def launched(self) -> int:
        return sum((*self.launched_nightly.values(), *self.launched_push.values()))


Record: TypeAlias = Usage | Tally

COUNTERS = ("launched_nightly", "launched_push", "missing_nightly", "missing_push")
_KINDS = {"usage": Usage, "tally": Tally}


def to_json(record: Record) -> dict[str, Any]:
    kind = "usage" if isinstance(record, Usage) else "tally"
    return {"kind": kind, **asdict(record)}


def from_json(value: Any) -> Record | None:
    """None when it is no record."""
    try:
        values = dict(value)
        record: Record = _KINDS[values.pop("kind")](**values)
    except (TypeError, ValueError, LookupError):
        return None
    return record if _is_sound(record) else None


def _is_sound(record: Record) -> bool:
    kind = str if isinstance(record, Usage) else int
    return all(
        all(isinstance(one, kind) for one in value.values())
        if isinstance(value, dict)
        else isinstance(value, str)
        for value in asdict(record).values()
    )
