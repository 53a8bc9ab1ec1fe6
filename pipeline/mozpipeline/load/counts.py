"""How many records ended how, as a table beside the others."""

from collections import Counter
from collections.abc import Iterable

import pyarrow as pa

from mozpipeline.store.table import DAY
from mozpipeline.wire.outcomes import Outcome, Refusal

NAME = "monitoring/outcomes_v1"
SCHEMA = pa.schema(
    [
        (DAY, pa.date32()),
        ("submission_timestamp", pa.timestamp("us", "UTC")),
        ("app", pa.string()),
        ("ping", pa.string()),
        ("outcome", pa.string()),
        ("reason", pa.string()),
        ("field", pa.string()),
        ("records", pa.int64()),
    ]
)
MICROSECONDS_A_DAY = 86_400_000_000
UNKNOWN_FIELD = "unknown_field"
OTHERS = "others"
MOST_FIELDS = 50
"""Names of unknown fields in one batch; senders choose them, so the rest is put together."""

Subject = tuple[str, str]
"""app and ping"""


class Counts:
    """Of one batch. Only names that are known are counted under their own."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[int, Subject, str, str, str]] = Counter()
        self._fields: set[str] = set()
        self.total: Counter[str] = Counter()

    def add(
        self, received: int, subject: Subject, outcome: Outcome, refusal: Refusal | None = None
    ) -> None:
        """received: microseconds since 1970."""
        day = received // MICROSECONDS_A_DAY
        reason = refusal.reason.value if refusal else ""
        # A field that a stranger may have named is no field of ours.
        where = refusal.where if refusal and _is_plain(refusal.where) else ""
        self._counts[day, subject, outcome.value, reason, where] += 1

    def add_unknown(self, received: int, subject: Subject, fields: Iterable[str]) -> None:
        """Fields that no definition names."""
        for name in fields:
            if name not in self._fields:
                known = _is_plain(name) and len(self._fields) < MOST_FIELDS
                if known:
                    self._fields.add(name)
                else:
                    name = OTHERS  # noqa: PLW2901 - it is counted under another name
            self._counts[received // MICROSECONDS_A_DAY, subject, UNKNOWN_FIELD, "", name] += 1

    def take(self, now: int) -> pa.Table:
        """The counts as rows; none are left but in `total`. now: microseconds since 1970."""
        for (_, _, outcome, _, _), count in self._counts.items():
            if outcome != UNKNOWN_FIELD:
                self.total[outcome] += count
        rows = [
            {
                DAY: day,
                "submission_timestamp": now,
                "app": app,
                "ping": ping,
                "outcome": outcome,
                "reason": reason,
                "field": where,
                "records": count,
            }
            for (day, (app, ping), outcome, reason, where), count in self._counts.items()
        ]
        self._counts.clear()
        return pa.Table.from_pylist(rows, schema=SCHEMA)


def _is_plain(name: str) -> bool:
    return len(name) <= 80 and all(part.isidentifier() for part in name.split(".") if part)
