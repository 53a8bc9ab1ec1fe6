"""What testers said, as evidence on one line of candidates."""

from collections.abc import Iterator, Sequence

from mozregression.model.builds import Candidate
from mozregression.model.verdicts import Verdict
from mozregression.search.evidence import Evidence
from mozregression.session.knowledge import Knowledge


def standing(candidates: Sequence[Candidate], knowledge: Knowledge) -> Evidence:
    """One verdict on each candidate, that of its source: tests are exact."""
    found: dict[Verdict | None, list[int]] = {None: [], **{verdict: [] for verdict in Verdict}}
    for index, candidate in enumerate(candidates):
        if not knowledge.has_tried(candidate):
            continue
        verdict = knowledge.verdict(candidate)
        if verdict is not None or knowledge.untestable(candidate):
            found[verdict].append(index)
    return Evidence.of(
        len(candidates),
        found[Verdict.GOOD],
        found[Verdict.BAD],
        skipped=found[Verdict.SKIP],
        missing=found[None],
    )


def all_said(
    candidates: Sequence[Candidate],
    knowledge: Knowledge,
    older: frozenset[str] = frozenset(),
    newer: frozenset[str] = frozenset(),
) -> Evidence:
    """Every verdict by itself: tests may be wrong.

    older, newer: keys of candidates beyond the ends. Verdicts on them count at the ends, so that
    what was learnt of the tests is not lost.
    """
    places = {candidate.key: index for index, candidate in enumerate(candidates)}
    last = len(candidates) - 1
    heard: dict[Verdict, list[int]] = {verdict: [] for verdict in Verdict}
    for given in knowledge.verdicts:
        if given.candidate in places:
            heard[given.verdict].append(places[given.candidate])
        elif given.verdict is not Verdict.SKIP and given.candidate in older | newer:
            heard[given.verdict].append(0 if given.candidate in older else last)
    return Evidence.of(
        len(candidates),
        heard[Verdict.GOOD],
        heard[Verdict.BAD],
        skipped=heard[Verdict.SKIP],
        missing=_missing(candidates, knowledge),
    )


def said_beyond(
    size: int, knowledge: Knowledge, older: frozenset[str], newer: frozenset[str]
) -> Evidence:
    """Of a line of that size, what was said of candidates beyond its ends, or at them, alone."""
    heard: dict[Verdict, list[int]] = {verdict: [] for verdict in Verdict}
    for given in knowledge.verdicts:
        if given.candidate in older | newer:
            heard[given.verdict].append(0 if given.candidate in older else size - 1)
    return Evidence.of(size, heard[Verdict.GOOD], heard[Verdict.BAD])


def _missing(candidates: Sequence[Candidate], knowledge: Knowledge) -> Iterator[int]:
    return (
        index for index, candidate in enumerate(candidates) if knowledge.has_no_build(candidate)
    )
