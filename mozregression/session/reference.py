"""Which build to look at beside the one under test: the nearest one known to be good."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from mozregression.model.bounds import SomeTimeBefore, YearBefore
from mozregression.model.builds import Build, Candidate
from mozregression.model.facts import Fact
from mozregression.model.request import Request
from mozregression.model.steps import FindBuild, TestBuild
from mozregression.model.verdicts import Verdict
from mozregression.session.choices import in_force
from mozregression.session.decide import needed
from mozregression.session.knowledge import Knowledge, Needs
from mozregression.session.opening import open_session


def reference(request: Request, facts: Iterable[Fact]) -> Build | FindBuild | None:
    """The build nearest to the change that was judged as good, else the good end as it was given.

    Where tests may be wrong, a good verdict counts outside of what may hold the change alone.
    None: no build is known to be good, or all is over. FindBuild: that has to be asked first.
    """
    facts = tuple(facts)
    request = in_force(request, facts)
    need = needed(request, facts)
    if need is None:
        return None
    knowledge = Knowledge(facts)
    tested = {step.candidate.key for step in need.steps if isinstance(step, TestBuild)}
    for key in _judged_good(need, request, knowledge):
        build = None if key in tested else knowledge.usable(key)
        if build:
            return build
    return _claimed(request, knowledge, tested)


def _judged_good(need: Needs, request: Request, knowledge: Knowledge) -> Iterator[str]:
    """Keys of candidates that were, the nearest first."""
    for candidate in reversed(_good_side(need, request, knowledge)):
        given = knowledge.verdicts_on(candidate)
        yield from (fact.candidate for fact in given if fact.verdict is Verdict.GOOD)
    if request.certainty.exact:  # in a line of pushes, that may be a nightly before it
        bad = {fact.candidate for fact in knowledge.verdicts if fact.verdict is Verdict.BAD}
        for fact in reversed(knowledge.verdicts):
            if fact.verdict is Verdict.GOOD and fact.candidate not in bad:
                yield fact.candidate


def _good_side(need: Needs, request: Request, knowledge: Knowledge) -> Sequence[Candidate]:
    """From the good end of the line to where it may turn bad."""
    line = need.line[::-1] if need.mirrored else need.line
    if request.certainty.exact:
        return list(takewhile(lambda one: knowledge.verdict(one) is not Verdict.BAD, line))
    span = next((step.span for step in need.steps if isinstance(step, TestBuild)), None)
    if span is None:
        return ()
    last = len(line) - 1 - span.high if need.mirrored else span.low
    return [
        one
        for one in line[: last + 1]
        if all(given.verdict is not Verdict.BAD for given in knowledge.verdicts_on(one))
    ]


def _claimed(
    request: Request, knowledge: Knowledge, tested: Iterable[str]
) -> Build | FindBuild | None:
    """The good end, if somebody gave one and no verdict speaks against it."""
    if isinstance(request.good, SomeTimeBefore | YearBefore):
        return None
    try:
        opening = open_session(request, knowledge)
        end = opening.line[-1 if opening.mirrored else 0]
        said = knowledge.verdicts_on(end)
        if end.key in tested or any(given.verdict is not Verdict.GOOD for given in said):
            return None
        return knowledge.build(end)
    except Needs as need:
        step = need.step
        return step if isinstance(step, FindBuild) else None
