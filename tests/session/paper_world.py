"""A world on paper: pushes and nightlies in memory that answer the session's steps."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from random import Random

from mozregression.model.apps import AUTOLAND, CENTRAL
from mozregression.model.bounds import Bound, DateBound
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
from mozregression.model.certainty import EXACT, USUAL_AGES, Ages, Certainty
from mozregression.model.facts import (
    BuildFound,
    BuildMissing,
    ChangesetLocated,
    CommitTranslated,
    Fact,
    LandingsDescribed,
    NightliesListed,
    PushesDuring,
    PushesListed,
    RetentionChecked,
    SourceIdentified,
    VerdictGiven,
    VersionLookedUp,
)
from mozregression.model.report import End, Report
from mozregression.model.request import Request
from mozregression.model.steps import (
    CheckRetention,
    DescribeLandings,
    FindBuild,
    Finish,
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
from mozregression.model.verdicts import Verdict
from mozregression.session import next_step

START = datetime(2026, 5, 1, tzinfo=timezone.utc)
HOUR = 3600


def node(branch: str, number: int) -> str:
    return f"{branch}{number}".encode().hex().rjust(40, "0")


@dataclass
class PaperWorld:
    """Hourly autoland pushes; main-branch pushes every `every` of them, some of them merges.

    culprit: index of the autoland push that brings the bug, or takes it away when `fixes`.
    merges: every how many main-branch pushes one is a merge (0: all are fast-forwards).
    missing: keys without a build. skipped: keys a tester cannot judge. commits: hg hashes by git
    hash. tags: hg hashes by tag, known on all branches but autoland. versions: release days.
    miss, false: how often a test does not show the bug that is there, and shows one that is not;
    seed: of that chance.
    kept: whether there are builds of pushes, from the day kept_since on. others: more branches.
    """

    days: int = 10
    culprit: int = 100
    every: int = 4
    merges: int = 0
    kept: bool = True
    kept_since: date = date.min
    missing: Collection[str] = ()
    skipped: Collection[str] = ()
    fixes: bool = False
    commits: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    versions: dict[str, date] = field(default_factory=dict)
    others: dict[str, list[Push]] = field(default_factory=dict)
    miss: float = 0.0
    false: float = 0.0
    seed: int = 0
    autoland: list[Push] = field(init=False)
    central: list[Push] = field(init=False)
    nightlies: list[Nightly] = field(init=False)
    bad: set[str] = field(init=False, default_factory=set)
    asked: list[Step] = field(init=False, default_factory=list)
    tests: list[TestBuild] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)
        start = int(START.timestamp())
        self.autoland = [
            Push(AUTOLAND, 9_950 + i, start + i * HOUR, (node("a", i),))
            for i in range(self.days * 24)
        ]
        self.central = []
        self.nightlies = []
        self.tips: dict[str, str] = {}
        for number, end in enumerate(range(self.every - 1, len(self.autoland), self.every)):
            self._land_on_central(number, end, start)
        self.bad.update(push.tip for push in self.autoland[self.culprit :])

    def _land_on_central(self, number: int, end: int, start: int) -> None:
        changesets = tuple(node("a", i) for i in range(end - self.every + 1, end + 1))
        if self.merges and number % self.merges == 0:
            changesets += (node("merge", number),)
        time = start + end * HOUR + 600
        push = Push(CENTRAL, 500 + number, time, changesets)
        self.central.append(push)
        if end >= self.culprit:
            self.bad.add(push.tip)
        if number % 3 == 2:  # two nightlies a day
            stamp = f"{push.moment:%Y%m%d%H%M%S}"
            nightly = Nightly(CENTRAL, stamp, f"/pub/{stamp}/")
            self.nightlies.append(nightly)
            self.tips[nightly.key] = push.tip

    @property
    def culprit_push(self) -> Push:
        return self.autoland[self.culprit]

    def request(
        self,
        good: Bound | None = None,
        bad: Bound | None = None,
        *,
        check_ends: bool = True,
        confirm: bool = False,
        app: str = "firefox",
        build_type: str = "shippable",
        branch: str | None = None,
        certainty: Certainty = EXACT,
        prior: Ages = USUAL_AGES,
        suspects: tuple[str, ...] = (),
    ) -> Request:
        last = START.date() + timedelta(days=self.days - 1)
        return Request(
            app,
            "linux",
            "x86_64",
            build_type,
            good or DateBound(START.date()),
            bad or DateBound(last),
            int(START.timestamp()) + self.days * 86_400,
            check_ends=check_ends,
            confirm=confirm,
            branch=branch,
            certainty=certainty,
            prior=prior,
            suspects=suspects,
        )

    def source(self, candidate: Candidate) -> str:
        return candidate.tip if isinstance(candidate, Push) else self.tips[candidate.key]

    def verdict(self, candidate: Candidate) -> Verdict:
        if candidate.key in self.skipped:
            return Verdict.SKIP
        truth = self._verdict(self.source(candidate))
        errs = self.dice.random() < (self.miss if truth is Verdict.BAD else self.false)
        return truth if not errs else Verdict.GOOD if truth is Verdict.BAD else Verdict.BAD

    def verdict_of_source(self, end: End) -> Verdict:
        assert end.revision is not None
        return self._verdict(end.revision.node)

    def _verdict(self, source: str) -> Verdict:
        return Verdict.BAD if (source in self.bad) is not self.fixes else Verdict.GOOD

    def run(self, request: Request, facts: list[Fact] | None = None) -> Report:
        """Carry out steps until the session finishes."""
        facts = [] if facts is None else facts
        for _ in range(500):
            step = next_step(request, facts)
            if isinstance(step, Finish):
                return step.report
            facts.append(self.answer(step))
        raise AssertionError("the session does not come to an end")

    def answer(self, step: Step) -> Fact:  # noqa: C901, PLR0911 - one answer for each kind of step
        assert step not in self.asked or isinstance(step, TestBuild), f"asked twice: {step}"
        self.asked.append(step)
        match step:
            case ListNightlies(branch, first, last):
                inside = tuple(
                    n for n in self.nightlies if n.branch == branch and first <= n.day <= last
                )
                return NightliesListed(branch, first, last, inside)
            case ListPushes(branch, after, upto):
                return PushesListed(branch, after, upto, self._between(branch, after, upto))
            case ListPushesDuring(branch, start, end):
                pushes = tuple(p for p in self._pushes(branch) if start < p.time < end)
                return PushesDuring(branch, start, end, pushes)
            case LocateChangeset(branch, wanted):
                return ChangesetLocated(branch, wanted, self._holder(branch, wanted))
            case LookUpVersion(version):
                near = tuple(each for each in self.versions if each[:3] == version[:3])
                return VersionLookedUp(version, self.versions.get(version), near)
            case TranslateCommit(prefix):
                return self._translated(prefix)
            case CheckRetention(branch, day):
                built = any(push.day == day for push in self._pushes(branch))
                kept = self.kept and built and day >= self.kept_since
                return RetentionChecked(branch, day, "taskcluster" if kept else "")
            case FindBuild(candidate):
                return self._find(candidate)
            case IdentifySource(build):
                return self._identified(build.candidate)
            case DescribeLandings(branch, first_id, last_id):
                return LandingsDescribed(
                    branch, first_id, last_id, self._landings(branch, first_id, last_id)
                )
            case TestBuild(candidate):
                self.tests.append(step)
                return VerdictGiven(candidate.key, self.verdict(candidate), step.purpose, 0)
            case _:
                raise AssertionError(step)

    def _identified(self, key: str) -> SourceIdentified:
        return SourceIdentified(key, Revision(CENTRAL, self.tips[key]))

    def _find(self, candidate: Candidate) -> Fact:
        if candidate.key in self.missing:
            return BuildMissing(Missing(candidate.key, MissingReason.NOT_BUILT))
        return BuildFound(
            Build(candidate.key, "firefox", "linux-x86_64", "shippable", "http://x/", "f.tar.xz")
        )

    def _pushes(self, branch: str) -> list[Push]:
        known = {CENTRAL: self.central, AUTOLAND: self.autoland, **self.others}
        return known.get(branch, [])

    def _translated(self, prefix: str) -> CommitTranslated:
        nodes = [hg for git, hg in self.commits.items() if git.startswith(prefix)]
        only = nodes[0] if len(nodes) == 1 else None
        return CommitTranslated(prefix, only, several=len(nodes) > 1)

    def _holder(self, branch: str, wanted: str) -> Push | None:
        if branch != AUTOLAND and wanted in self.tags:
            wanted = self.tags[wanted]
        if wanted.isdecimal() and int(wanted) < len(self._pushes(branch)):
            return self._pushes(branch)[int(wanted)]  # as hg does: the number of a revision
        for push in self._pushes(branch):
            if any(changeset.startswith(wanted) for changeset in push.changesets):
                return push
        return None

    def _between(self, branch: str, after: str, upto: str) -> tuple[Push, ...] | None:
        first, last = self._holder(branch, after), self._holder(branch, upto)
        if first is None or last is None:
            return None
        return tuple(p for p in self._pushes(branch) if first.id < p.id <= last.id)

    def _landings(self, branch: str, first: int, last: int) -> tuple[Landing, ...]:
        return tuple(
            Landing(push.id, changeset, None, "a@b.c", f"Bug 1 - {push.id}", (1,))
            for push in self._pushes(branch)
            if first <= push.id <= last
            for changeset in push.changesets
        )


def day(number: int) -> date:
    return START.date() + timedelta(days=number)
