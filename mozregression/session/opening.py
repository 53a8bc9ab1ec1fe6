"""From two bounds to the first phase, and what answer can be hoped for."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, log2

from mozregression.model.apps import why_not_bisected
from mozregression.model.builds import Candidate, Push
from mozregression.model.request import Request
from mozregression.session.knowledge import Knowledge
from mozregression.session.lines import Line
from mozregression.session.nightly_line import (
    newer_nightlies,
    nightlies_between,
    nightly_line,
    older_nightlies,
)
from mozregression.session.push_line import kept_changesets, push_line, pushes_beyond
from mozregression.session.readings import Readings, read_bounds, unusable
from mozregression.session.scope import Scope, scope_of


@dataclass(frozen=True, slots=True)
class Understanding:
    """How the request was read, for a person, before anything is downloaded.

    sought: what is looked for and why, when it is not what the request says.
    """

    good: str
    bad: str
    candidates: int
    granularity: str
    sought: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """The first phase before its ends are settled.

    mirrored: the good end is claimed to be the newer one. is_open: nobody claimed an end to be
    good. reaches_back: a wider window would hold older candidates.
    """

    scope: Scope
    line: tuple[Candidate, ...]
    branch: str | None
    understanding: Understanding
    mirrored: bool
    is_open: bool = False
    reaches_back: bool = False

    @property
    def tests(self) -> int:
        """Tests to expect, the two ends included."""
        return 2 + ceil(log2(max(2, len(self.line))))


def open_session(request: Request, knowledge: Knowledge, window: int = 0) -> Opening:
    """Read the bounds. Raises Needs, or Ended with BAD_BOUND when one cannot be used.

    window: how wide to look where no good bound was given, a number of `WINDOWS`.
    """
    scope = scope_of(request)
    if why := why_not_bisected(scope.app, scope.main):
        raise unusable(why)
    read = read_bounds(request, scope, knowledge, window)
    line = _line(read, scope, knowledge)
    good, bad = (line.newer, line.older) if read.mirrored else (line.older, line.newer)
    sought = "the fix: the good bound is newer than the bad one" if read.mirrored else ""
    understanding = Understanding(good, bad, len(line.candidates), line.granularity, sought)
    return Opening(
        scope,
        line.candidates,
        line.branch,
        understanding,
        read.mirrored,
        is_open=read.is_open,
        reaches_back=read.is_open and _reaches_back(read, line, scope),
    )


def _reaches_back(read: Readings, line: Line, scope: Scope) -> bool:
    oldest = scope.pushes_kept_since if line.branch else scope.app.first_nightly
    return read.older.day > oldest


def _line(read: Readings, scope: Scope, knowledge: Knowledge) -> Line:
    """Nightlies where there are some, which reach back furthest; else pushes."""
    if scope.why_no_nightlies:
        return push_line(read, scope, knowledge)
    if line := kept_changesets(read, scope, knowledge):
        return line
    if scope.nightlies_differ and read.older.day >= scope.pushes_kept_since:
        return push_line(read, scope, knowledge)
    if not scope.is_own and not nightlies_between(read, scope, knowledge):
        return push_line(read, scope, knowledge)
    return nightly_line(read, scope, knowledge)


def further(opening: Opening, knowledge: Knowledge, *, older: bool) -> Iterator[Candidate]:
    """Choices for one end: the claimed one, then outwards, and inwards as a last resort."""
    line, scope = opening.line, opening.scope
    end = line[0 if older else -1]
    yield end
    if opening.branch and isinstance(end, Push):
        yield from pushes_beyond(end, knowledge, older=older)
    elif older:
        yield from older_nightlies(end, scope, knowledge)
    else:
        yield from newer_nightlies(end, scope, knowledge)
    yield from line[1:] if older else reversed(line[:-1])
