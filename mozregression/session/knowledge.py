"""What a list of facts amounts to, and the question to ask where it is silent.

The strategy is written as if every answer were at hand. Where one is not, `Knowledge` raises
`Needs` with the step that would bring it; `next_step` hands that step to the driver, which
brings the fact, and the strategy runs again from the start. Nothing is remembered between
runs, so a session can stop anywhere, and resume and undo need no code of their own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeAlias

from mozregression.model.builds import (
    Build,
    Candidate,
    Landing,
    Missing,
    MissingReason,
    Nightly,
    Push,
    Revision,
)
from mozregression.model.facts import (
    BuildFound,
    BuildMissing,
    CertaintyChanged,
    ChangesetLocated,
    CommitTranslated,
    Fact,
    LandingsDescribed,
    MoreAllowed,
    NightliesListed,
    PaceMeasured,
    PushesClassified,
    PushesDuring,
    PushesListed,
    RetentionChecked,
    SourceIdentified,
    TransitionChosen,
    VerdictGiven,
    VerdictRetracted,
    VersionLookedUp,
)
from mozregression.model.steps import (
    CheckRetention,
    ClassifyPushes,
    DescribeLandings,
    FindBuild,
    IdentifySource,
    ListNightlies,
    ListPushes,
    ListPushesDuring,
    LocateChangeset,
    LookUpVersion,
    Step,
    TestBuild,
    TranslateCommit,
)
from mozregression.model.verdicts import Purpose, Verdict

_OPPOSITE = {
    Verdict.GOOD: Verdict.BAD,
    Verdict.BAD: Verdict.GOOD,
    Verdict.SKIP: Verdict.SKIP,
}

# A range wider than this is not described changeset by changeset.
_DESCRIBED_PUSHES = 200

_OTHER_END = {Purpose.GOOD_END: Purpose.BAD_END, Purpose.BAD_END: Purpose.GOOD_END}


Source: TypeAlias = tuple[str, str | None]
"""Hashes of what a build is made from, and of what it embeds of another repository."""


class Needs(Exception):  # noqa: N818 - not an error: it carries the next step out of the strategy
    """The strategy cannot go on without these steps: one question, or tests.

    None: it waits for tests that run. line: the candidates it is choosing from. pointless: keys of
    those under test that tell nothing any more. mirrored: of that line, the newer end is good.
    """

    def __init__(
        self,
        *steps: Step,
        line: Sequence[Candidate] = (),
        pointless: tuple[str, ...] = (),
        mirrored: bool = False,
    ) -> None:
        super().__init__(*steps)
        self.steps = steps
        self.line = line
        self.pointless = pointless
        self.mirrored = mirrored

    @property
    def step(self) -> Step:
        """The only one, where there is one worker and nothing runs."""
        return self.steps[0]


class Knowledge:
    """Facts, arranged so that the strategy can ask.

    mirrored: good and bad change roles. The strategy looks for the first bad build after good
    ones; over mirrored knowledge it finds the first good one after bad ones, which is the fix.
    running: keys of candidates under test. jobs: how many tests may run at once.
    """

    def __init__(
        self,
        facts: Iterable[Fact],
        *,
        mirrored: bool = False,
        running: tuple[str, ...] = (),
        jobs: int = 1,
    ) -> None:
        self.mirrored = mirrored
        self.running = running
        self.jobs = jobs
        self._facts = tuple(facts)
        self.verdicts: list[VerdictGiven] = []
        self._answers: dict[Step, Fact] = {}
        self._builds: dict[str, Build] = {}
        self._missing: dict[str, Missing] = {}
        self._sources: dict[str, Revision | None] = {}
        self._embedded: dict[str, Revision] = {}
        self.pace: PaceMeasured | None = None
        self.allowed = 0  # tests beyond the limits of the request
        self.chosen: list[TransitionChosen] = []
        for fact in self._facts:
            self._learn(fact)
        self._by_key: dict[str, list[VerdictGiven]] = {}
        self._by_source: dict[Source | None, list[VerdictGiven]] = {}
        for given in self.verdicts:
            self._by_key.setdefault(given.candidate, []).append(given)
            source = self._sources.get(given.candidate)
            if source:
                key = self._whole_source(given.candidate, source.node)
                self._by_source.setdefault(key, []).append(given)

    def _learn(self, fact: Fact) -> None:
        match fact:
            case VerdictGiven():
                self.verdicts.append(_mirrored(fact) if self.mirrored else fact)
            case VerdictRetracted():
                del self.verdicts[-1:]
            case BuildFound(build):
                self._builds[build.candidate] = build
            case BuildMissing(missing):
                self._missing[missing.candidate] = missing
            case SourceIdentified(candidate, revision, platform):
                self._sources[candidate] = revision
                if platform and platform != revision:
                    self._embedded[candidate] = platform
            case PaceMeasured():
                self.pace = fact
            case MoreAllowed() | TransitionChosen() | CertaintyChanged():
                self._heed(fact)
            case _:
                self._answers[_question(fact)] = fact

    def _heed(self, fact: MoreAllowed | TransitionChosen | CertaintyChanged) -> None:
        """What people decided; of tests, `in_force` has made it part of the request."""
        if isinstance(fact, MoreAllowed):
            self.allowed += fact.tests
        elif isinstance(fact, TransitionChosen):
            self.chosen.append(fact)

    def mirror(self) -> "Knowledge":
        """The same facts with good and bad in each other's role."""
        return Knowledge(
            self._facts, mirrored=not self.mirrored, running=self.running, jobs=self.jobs
        )

    @property
    def sought(self) -> str:
        """What the search is for, in a word."""
        return "fix" if self.mirrored else "change"

    def meant(self, verdict: Verdict) -> Verdict:
        """What a verdict of the strategy is for people, and the other way round."""
        return _OPPOSITE[verdict] if self.mirrored else verdict

    def _ask(self, step: Step) -> Fact:
        try:
            return self._answers[step]
        except KeyError:
            raise Needs(step) from None

    # What the services know. Each raises Needs until it was asked.

    def nightlies(self, branch: str, first: date, last: date) -> tuple[Nightly, ...]:
        if first > last:
            return ()
        fact = self._ask(ListNightlies(branch, first, last))
        return fact.nightlies if isinstance(fact, NightliesListed) else ()

    def pushes_between(self, branch: str, after: str, upto: str) -> tuple[Push, ...] | None:
        fact = self._ask(ListPushes(branch, after, upto))
        return fact.pushes if isinstance(fact, PushesListed) else None

    def pushes_during(self, branch: str, start: int, end: int) -> tuple[Push, ...]:
        fact = self._ask(ListPushesDuring(branch, start, end))
        return fact.pushes if isinstance(fact, PushesDuring) else ()

    def located(self, branch: str, node: str) -> Push | None:
        fact = self._ask(LocateChangeset(branch, node))
        return fact.push if isinstance(fact, ChangesetLocated) else None

    def version(self, version: str) -> VersionLookedUp:
        fact = self._ask(LookUpVersion(version))
        return fact if isinstance(fact, VersionLookedUp) else VersionLookedUp(version, None)

    def commit(self, prefix: str) -> CommitTranslated:
        fact = self._ask(TranslateCommit(prefix))
        return fact if isinstance(fact, CommitTranslated) else CommitTranslated(prefix, None)

    def kept_by(self, branch: str, day: date) -> str:
        """Who keeps builds of that day's pushes. The older they are, the sooner they go."""
        keepers = (
            known.kept_by
            for known in self._answers.values()
            if isinstance(known, RetentionChecked) and known.branch == branch and known.day <= day
        )
        if keeper := next(filter(None, keepers), None):
            return keeper
        fact = self._ask(CheckRetention(branch, day))
        return fact.kept_by if isinstance(fact, RetentionChecked) else ""

    def landings(self, branch: str, first: int, last: int) -> tuple[Landing, ...]:
        fact = self._ask(DescribeLandings(branch, first, last))
        return fact.landings if isinstance(fact, LandingsDescribed) else ()

    def classified(
        self, branch: str, first: int, last: int, suspects: tuple[str, ...]
    ) -> PushesClassified | None:
        fact = self._ask(ClassifyPushes(branch, first, last, suspects))
        return fact if isinstance(fact, PushesClassified) else None

    def described(self, pushes: Sequence[Push], *, before: bool = False) -> tuple[Landing, ...]:
        """Changesets of a run of pushes, none if there are too many.

        before: those of the push before, too.
        """
        first, last = pushes[0].id - before, pushes[-1].id
        if last - first > _DESCRIBED_PUSHES:
            return ()
        return self.landings(pushes[-1].branch, first, last)

    def source(self, candidate: Candidate) -> Revision | None:
        """The source a candidate is built from."""
        if isinstance(candidate, Push):
            return Revision(candidate.branch, candidate.tip)
        if candidate.key not in self._sources:
            build = self.build(candidate)
            if build is None:
                return None
            raise Needs(IdentifySource(build))
        return self._sources[candidate.key]

    def embedded(self, candidate: Candidate) -> Revision | None:
        """What its build embeds of another repository, as far as that is known."""
        return self._embedded.get(candidate.key)

    def build(self, candidate: Candidate) -> Build | None:
        """The build of a candidate; None when there is none that can be used."""
        if candidate.key in self._missing:
            return None
        if candidate.key not in self._builds:
            raise Needs(FindBuild(candidate))
        return self._builds[candidate.key]

    def found(self, key: str) -> Build:
        """A build that is known to have been found, by its candidate's key."""
        return self._builds[key]

    def usable(self, key: str) -> Build | None:
        """The same, unless it turned out that it cannot be used, or nobody looked for it."""
        return None if key in self._missing else self._builds.get(key)

    def all_missing(self) -> tuple[Missing, ...]:
        """Every candidate that turned out to have no usable build."""
        return tuple(self._missing.values())

    # What testers said.

    def has_tried(self, candidate: Candidate) -> bool:
        """Whether there can be anything to know of the candidate; quick, as most are not."""
        key = candidate.key
        return (
            key in self._by_key
            or key in self._missing
            or self._source_of(candidate) in self._by_source
        )

    def verdict(self, candidate: Candidate) -> Verdict | None:
        """GOOD or BAD when somebody said so of this source, SKIP when only skipped, else None.

        The first verdict counts, unless it was checked again.
        """
        given = [
            fact for fact in self.verdicts_on(candidate) if fact.purpose is not Purpose.CONFIRM
        ]
        judged = [fact for fact in given if fact.verdict is not Verdict.SKIP]
        checked = [fact for fact in judged if fact.purpose is Purpose.RECHECK]
        counting = checked[-1:] or judged or given
        return counting[0].verdict if counting else None

    def verdicts_on(self, candidate: Candidate) -> list[VerdictGiven]:
        """Verdicts on the candidate, and on others that were built from the same source."""
        own = self._by_key.get(candidate.key, [])
        same = self._by_source.get(self._source_of(candidate), [])
        return own + [fact for fact in same if fact.candidate != candidate.key]

    def untestable(self, candidate: Candidate) -> bool:
        """Known to have no usable build, or skipped."""
        return (candidate.key in self._missing and self.verdict(candidate) is None) or self.verdict(
            candidate
        ) is Verdict.SKIP

    def has_no_build(self, candidate: Candidate) -> bool:
        return candidate.key in self._missing

    def missing(self, candidate: Candidate) -> Missing | None:
        """Why a candidate cannot be tested, when it is known that it cannot."""
        if candidate.key in self._missing:
            return self._missing[candidate.key]
        if self.verdict(candidate) is Verdict.SKIP:
            return Missing(candidate.key, MissingReason.SKIPPED)
        return None

    def _source_of(self, candidate: Candidate) -> Source | None:
        if isinstance(candidate, Push):
            return self._whole_source(candidate.key, candidate.tip)
        source = self._sources.get(candidate.key)
        return self._whole_source(candidate.key, source.node) if source else None

    def _whole_source(self, key: str, node: str) -> Source:
        embedded = self._embedded.get(key)
        return node, embedded.node if embedded else None


def _mirrored(given: VerdictGiven) -> VerdictGiven:
    """A verdict with good and bad in each other's role."""
    return replace(given, verdict=_OPPOSITE[given.verdict])


def mirrored_step(step: Step) -> Step:
    """A step with good and bad in each other's role."""
    if not isinstance(step, TestBuild):
        return step
    purpose = _OTHER_END.get(step.purpose, step.purpose)
    return replace(step, purpose=purpose, chance_bad=1 - step.chance_bad)


def _question(  # noqa: PLR0911 - one for each kind of fact
    fact: NightliesListed
    | PushesListed
    | PushesDuring
    | ChangesetLocated
    | VersionLookedUp
    | CommitTranslated
    | RetentionChecked
    | LandingsDescribed
    | PushesClassified,
) -> Step:
    """The step that a fact answers."""
    match fact:
        case NightliesListed(branch, first, last, _):
            return ListNightlies(branch, first, last)
        case PushesListed(branch, after, upto, _):
            return ListPushes(branch, after, upto)
        case PushesDuring(branch, start, end, _):
            return ListPushesDuring(branch, start, end)
        case ChangesetLocated(branch, node, _):
            return LocateChangeset(branch, node)
        case VersionLookedUp(version):
            return LookUpVersion(version)
        case CommitTranslated(prefix):
            return TranslateCommit(prefix)
        case RetentionChecked(branch, day, _):
            return CheckRetention(branch, day)
        case LandingsDescribed(branch, first_id, last_id, _):
            return DescribeLandings(branch, first_id, last_id)
        case PushesClassified(branch, first_id, last_id, suspects):
            return ClassifyPushes(branch, first_id, last_id, suspects)
