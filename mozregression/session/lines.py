"""The candidates of a first phase, as the strategy begins with them."""

from dataclasses import dataclass

from mozregression.model.builds import Candidate


@dataclass(frozen=True, slots=True)
class Line:
    """Candidates from one claimed end to the other, oldest first.

    older, newer: how the bounds were read, for a person. granularity: what the answer can be.
    branch: all its pushes of that time are in the line; None: they are nightlies, whose ends may
    be pushes that the user named.
    """

    candidates: tuple[Candidate, ...]
    older: str
    newer: str
    granularity: str
    branch: str | None = None
