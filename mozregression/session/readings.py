"""Bounds as a person gave them, read with what the services know."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from mozregression.model import releases
from mozregression.model.apps import CENTRAL, branches_of, why_no_branch
from mozregression.model.bounds import (
    BUG_HELP,
    Bound,
    BuildIdBound,
    ChangesetBound,
    DateBound,
    ReleaseBound,
    SomeTimeBefore,
    TagBound,
    YearBefore,
    other_meaning,
    year_before,
)
from mozregression.model.builds import Push
from mozregression.model.report import Outcome, Report
from mozregression.model.request import Request
from mozregression.session.knowledge import Knowledge
from mozregression.session.phases import Ended
from mozregression.session.scope import Scope


@dataclass(frozen=True, slots=True)
class Reading:
    """One bound: what it turned out to be, and the day it falls on.

    bound: as given, or what its digits mean instead. told: how it was read, for a person.
    push: the first push anywhere of what is a changeset; node: its 40-digit hg hash. cycle: the
    release that a version belongs to; version: that version.
    """

    bound: Bound
    day: date
    told: str
    push: Push | None = None
    node: str = ""
    cycle: int | None = None
    version: str = ""


@dataclass(frozen=True, slots=True)
class Readings:
    """Both bounds in the order of time.

    mirrored: the good one is the newer, a fix is sought. is_open: the older one is no bound, only
    how far back is looked for now.
    """

    older: Reading
    newer: Reading
    mirrored: bool
    is_open: bool = False


WINDOWS = (183, 2 * 365, 8 * 365, 100 * 365)
"""How many days to look back where no good bound was given: further when that is too near."""


def read_bounds(request: Request, scope: Scope, knowledge: Knowledge, window: int = 0) -> Readings:
    """Both bounds. Raises Needs, or Ended with BAD_BOUND when one cannot be used.

    window: a number of `WINDOWS`, where no good bound was given.
    """
    bad = read_bound(request.bad, scope, knowledge)
    if isinstance(request.good, SomeTimeBefore):
        return Readings(_looked_back(bad, WINDOWS[window], scope), bad, False, is_open=True)
    if isinstance(request.good, YearBefore):
        good = _a_year_before(bad, scope)
    else:
        good = read_bound(request.good, scope, knowledge)
    if good.cycle is not None and good.cycle == bad.cycle:
        raise unusable(_same_cycle(good, bad, scope))
    if _is_later(good, bad):
        return Readings(bad, good, mirrored=True)
    return Readings(good, bad, mirrored=False)


def read_bound(bound: Bound, scope: Scope, knowledge: Knowledge) -> Reading:
    """One bound by itself. Raises Needs, or Ended with BAD_BOUND when it cannot be used."""
    return _Reader(scope, knowledge).read(bound)


def _a_year_before(bad: Reading, scope: Scope) -> Reading:
    day = max(year_before(bad.day), scope.app.first_nightly)
    return Reading(DateBound(day), day, f"{day}, a year before the bad bound")


def _looked_back(bad: Reading, days: int, scope: Scope) -> Reading:
    first = scope.app.first_nightly
    day = max(bad.day - timedelta(days=min(days, (bad.day - first).days)), first)
    return Reading(DateBound(day), day, f"none given; looked for from {day} on")


def _same_cycle(good: Reading, bad: Reading, scope: Scope) -> str:
    """Why two versions of one release are no range, and on which branch they may be one."""
    text = f"{good.bound} and {bad.bound} were made from the same nightlies."
    branch = _common_branch(good.version, bad.version, scope)
    if branch is None or why_no_branch(scope.app, branch):
        return f"{text} Give bounds of different releases."
    return (
        f"{text} What went to their release branch alone is bisected with --repo {branch}; else "
        "give bounds of different releases."
    )


def _common_branch(one: str, other: str, scope: Scope) -> str | None:
    """The release branch that has tags of both versions."""
    made = {
        releases.release_branch(version, comm=scope.is_comm): version for version in (one, other)
    }
    if len(made) == 1:
        return next(iter(made))
    beta, release = releases.release_branches(comm=scope.is_comm)
    # The beta branch has a tag where a release left it.
    left = made.keys() == {beta, release} and releases.is_whole(made[release])
    return beta if left else None


def unusable(detail: str) -> Ended:
    """The session cannot begin; the detail names the value and what would work."""
    return Ended(Report(Outcome.BAD_BOUND, detail))


def _is_later(good: Reading, bad: Reading) -> bool:
    at, other = _moment(good), _moment(bad)
    return at > other if at and other else good.day > bad.day


def _moment(reading: Reading) -> datetime | None:
    """When exactly it was pushed, where a bound is that exact."""
    if reading.push:
        return reading.push.moment
    return reading.bound.moment if isinstance(reading.bound, BuildIdBound) else None


@dataclass(frozen=True, slots=True)
class _Reader:
    scope: Scope
    knowledge: Knowledge

    def read(self, bound: Bound) -> Reading:
        match bound:
            case DateBound(day) | BuildIdBound(day=day):
                return self._dated(bound, day)
            case ReleaseBound(version):
                return self._release(bound, version)
            case TagBound(name):
                return self._tag(bound, name)
            case ChangesetBound():
                return self._changeset(bound)
            case YearBefore() | SomeTimeBefore():
                raise unusable("Only a good bound can be left out: say when it was bad.")

    def _dated(self, bound: DateBound | BuildIdBound, day: date) -> Reading:
        app, today = self.scope.app, self.scope.today
        if day > today:
            raise unusable(f"{bound} is in the future; today is {today} (UTC).")
        if day < app.first_nightly:
            kind = "nightly" if app.nightlies else "build"
            raise unusable(f"{bound} is before the first {app.name} {kind}, {app.first_nightly}.")
        name = "build id " if isinstance(bound, BuildIdBound) else ""
        return Reading(bound, day, f"{name}{bound}")

    # Releases and tags

    def _release(self, bound: ReleaseBound | TagBound, version: str) -> Reading:
        """The last nightly of the release whose nightlies a version was made from.

        On a release branch: the push that is tagged as that version.
        """
        if releases.is_release_branch(self.scope.main):
            return self._tagged_release(bound, version)
        release = releases.major(version)
        if not releases.is_whole(version):
            self._check_version(version)
        day = self._last_nightly(release, version)
        told = f"release {release}, whose last nightly is of {day}"
        if not releases.is_whole(version) or bound != ReleaseBound(version):
            told = f"{bound} was made from the nightlies of {told}"
        return Reading(bound, day, told, cycle=release, version=version)

    def _tagged_release(self, bound: ReleaseBound | TagBound, version: str) -> Reading:
        branch = self.scope.main
        tags = [releases.release_tag(version, branch, app) for app in self.scope.app.tags]
        for tag in tags:
            push = self.knowledge.located(branch, tag)
            if push:
                return self._at_push(bound, f"{version}, tagged {tag} on {push.day}", push)
        made = releases.release_branch(version, comm=self.scope.is_comm)
        advice = f" It would be on {made}." if made != branch else ""
        raise unusable(
            f"{bound} is no version on {branch}: there is no tag {' or '.join(tags)}.{advice} "
            "Give another version, a changeset or a date."
        )

    @staticmethod
    def _at_push(bound: Bound, told: str, push: Push) -> Reading:
        return Reading(bound, push.day, told, push, push.tip)

    def _check_version(self, version: str) -> None:
        known = self.knowledge.version(version)
        if known.released is None:
            near = f" There are {', '.join(known.similar)}." if known.similar else ""
            raise unusable(
                f"There is no release {version} on the list of those published.{near} "
                "Give one that is, or a date."
            )

    def _last_nightly(self, release: int, version: str) -> date:
        planned = releases.MERGE_DAYS.get(release)
        if planned and release <= releases.LAST_CERTAIN:
            return planned
        if release < releases.FIRST_RELEASE:
            raise unusable(
                f"Release {version} is older than {releases.FIRST_RELEASE}, the first that was "
                "made from nightlies of its own. Give a date in its place."
            )
        tag = releases.end_tag(release)
        end = self.knowledge.located(CENTRAL, tag)
        day = end.day if end else planned
        if day is None:
            raise unusable(
                f"Release {version} is not known, or its nightlies are not over yet: {CENTRAL} "
                f"has no tag {tag}. Give an older release, or a date (today, 2 weeks ago)."
            )
        return day

    def _tag(self, bound: TagBound, name: str) -> Reading:
        """The push that holds what is tagged; tags of release branches by their release."""
        push = self._located(name)
        if push:
            return self._at_push(bound, f"tag {name}, pushed on {push.day}", push)
        version = releases.version_of_tag(name)
        if version and not releases.is_release_branch(self.scope.main):
            return self._release(bound, version)
        raise unusable(
            f"There is no tag {name} on {self._branches}. Capitals matter in tags "
            "(FIREFOX_NIGHTLY_150_END). Give a release, a changeset or a date instead."
        )

    # Changesets

    def _changeset(self, bound: ChangesetBound) -> Reading:
        """By hg hash, else by git hash, else what else the digits mean."""
        found = self._by_hash(bound, bound.node)
        if found:
            return replace(found, told=f"changeset {bound}, pushed on {found.day}")
        commit = self.knowledge.commit(bound.node)
        if commit.node:
            found = self._by_hash(bound, commit.node)
            if found is None:
                raise unusable(
                    f"Git commit {bound} is changeset {commit.node}, which is not on "
                    f"{self._branches}.{self._elsewhere(commit.node)} Give a date or another "
                    "changeset instead."
                )
            told = f"git commit {bound} (changeset {commit.node[:12]}), pushed on {found.day}"
            return replace(found, told=told)
        other = None if commit.several else other_meaning(bound)
        if other:
            read = self.read(other)
            kind = "date" if isinstance(other, DateBound) else "build id"
            return replace(read, told=f"{bound} is no known changeset, so the {kind} {other}")
        raise unusable(self._unknown(bound, several=commit.several))

    def _by_hash(self, bound: Bound, node: str) -> Reading | None:
        push = self._located(node)
        # Digits alone may be taken for the number of a revision: look what was found.
        if push is None:
            return None
        whole = next((each for each in push.changesets if each.startswith(node)), None)
        return Reading(bound, push.day, "", push, whole) if whole else None

    def _located(self, symbol: str) -> Push | None:
        found = (self.knowledge.located(branch, symbol) for branch in self.scope.branches)
        return next(filter(None, found), None)

    def _elsewhere(self, node: str) -> str:
        """On which other branch a changeset is, where that may well be what was meant."""
        app = self.scope.app
        likely = (
            app.integration,
            app.branch,
            *filter(releases.is_release_branch, branches_of(app)),
        )
        for branch in dict.fromkeys(likely):
            if branch in self.scope.branches:
                continue
            push = self.knowledge.located(branch, node)
            if push and any(each.startswith(node) for each in push.changesets):
                return f" It is on {branch}, which --repo {branch} bisects."
        return ""

    def _unknown(self, bound: ChangesetBound, *, several: bool) -> str:
        if several:
            return (
                f"No changeset on {self._branches} is {bound}, and several git commits begin with "
                "it. Give more digits of the hash."
            )
        text = (
            f"No single changeset on {self._branches} begins with {bound}, and Lando knows no git "
            f"commit that does.{self._elsewhere(bound.node)} Check the hash or give more of its "
            "digits; a date or a build id would do, too."
        )
        if bound.node.isdecimal() and len(bound.node) == 7:
            text += f" If it is the number of a bug: {BUG_HELP[0].lower()}{BUG_HELP[1:]}"
        return text

    @property
    def _branches(self) -> str:
        return " or ".join(self.scope.branches)
