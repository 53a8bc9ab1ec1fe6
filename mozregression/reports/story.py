"""What a session learnt, in order, for a person. Numbers are those that `undo` takes."""

from collections.abc import Iterator, Sequence

from mozregression.model.facts import (
    BuildMissing,
    ChangesetLocated,
    Fact,
    NightliesListed,
    PushesListed,
    RetentionChecked,
    VerdictGiven,
    VerdictRetracted,
)
from mozregression.reports import wording
from mozregression.reports.account import standing_verdicts


def story(facts: Sequence[Fact]) -> Iterator[str]:
    """A line for each fact that matters to a person. Verdicts that stand have numbers."""
    numbers = {place: number for number, (place, _) in enumerate(standing_verdicts(facts), 1)}
    for place, fact in enumerate(facts):
        told = _told(fact, stands=place in numbers)
        if told:
            yield f"{numbers.get(place, ''):>3}  {told}"


def _told(fact: Fact, *, stands: bool) -> str:  # noqa: PLR0911 - one for each kind of fact
    match fact:
        case VerdictGiven():
            purpose = wording.PURPOSES.get(fact.purpose, "")
            extras = [purpose, wording.plain(fact.note), "" if stands else "taken back"]
            told = f"{fact.verdict.value:4}  {wording.named(fact.candidate)}"
            return told + "".join(f", {extra}" for extra in extras if extra)
        case VerdictRetracted():
            return "the last verdict was taken back"
        case BuildMissing(missing):
            tried = f"; tried: {', '.join(map(wording.plain, missing.tried))}"
            return (
                f"{wording.named(missing.candidate)} cannot be tested: {missing.reason.value}"
                f"{tried if missing.tried else ''}"
            )
        case NightliesListed(branch, first, last, nightlies):
            return f"{len(nightlies)} {branch} nightlies from {first} to {last}"
        case PushesListed(branch, after, upto, pushes):
            found = "unknown" if pushes is None else f"{len(pushes)} pushes"
            return f"{branch} from {after[:12]} to {upto[:12]}: {found}"
        case ChangesetLocated(branch, node, push):
            return f"{node[:12]} is in {push}" if push else f"{node[:12]} is not on {branch}"
        case RetentionChecked(branch, day, kept_by):
            keeper = f"kept by {kept_by}" if kept_by else "no longer kept"
            return f"{branch} builds of {day} are {keeper}"
        case _:
            return ""
