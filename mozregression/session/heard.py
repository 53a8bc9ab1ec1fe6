"""What testers said, as evidence on one line of candidates."""

from collections.abc import Iterator, Mapping, Sequence

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
    *,
    same: Mapping[str, int] | None = None,
    first: int | None = None,
) -> Evidence:
    """Every verdict by itself: tests may be wrong.

    same: places of more candidates, by key. first: how many verdicts count, None for all.
    """
    places = {candidate.key: index for index, candidate in enumerate(candidates)}
    places.update(same or {})
    heard: dict[Verdict, list[int]] = {verdict: [] for verdict in Verdict}
    for given in knowledge.verdicts[:first]:
        if given.candidate in places:
            heard[given.verdict].append(places[given.candidate])
    return Evidence.of(
        len(candidates),
        heard[Verdict.GOOD],
        heard[Verdict.BAD],
        skipped=heard[Verdict.SKIP],
        missing=_missing(candidates, knowledge),
    )


def _missing(candidates: Sequence[Candidate], knowledge: Knowledge) -> Iterator[int]:
    return (
        index for index, candidate in enumerate(candidates) if knowledge.has_no_build(candidate)
    )
