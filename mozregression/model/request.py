"""What was asked for. A session is one request and its facts."""

from dataclasses import dataclass

from mozregression.model.bounds import Bound
from mozregression.model.certainty import EXACT, USUAL_AGES, Ages, Certainty


@dataclass(frozen=True, slots=True)
class Request:
    """A bisection as asked for.

    asked_at: UTC seconds since 1970; the pure rooms read no clock and use this one.
    check_ends: test both bounds first. confirm: test the final pair once more. lang: for apps
    that need one. branch: whose builds to look at, None for those that the app's nightlies are
    made from. certainty: what its tests are like. prior: what is believed of the age of the
    change. suspects: paths in the source; pushes that change one of them, or something below,
    are suspected more.
    """

    app: str
    os: str
    arch: str
    build_type: str
    good: Bound
    bad: Bound
    asked_at: int
    check_ends: bool = True
    confirm: bool = False
    lang: str | None = None
    branch: str | None = None
    certainty: Certainty = EXACT
    prior: Ages = USUAL_AGES
    suspects: tuple[str, ...] = ()
