"""Bounds as a person gave them, read with what the services know."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timezone

from mozregression.model import releases
from mozregression.model.apps import APPS, CENTRAL, App
from mozregression.model.bounds import (
    BUG_HELP,
    Bound,
    BuildIdBound,
    ChangesetBound,
    DateBound,
    ReleaseBound,
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


@dataclass(frozen=True, slots=True)
class Reading:
    """One bound: what it turned out to be, and the day it falls on.

    bound: as given, or what its digits mean instead. told: how it was read, for a person.
    push: the first push anywhere of what is a changeset; node: its 40-digit hg hash. cycle: the
    release that a version belongs to.
    """

    bound: Bound
    day: date
    told: str
    push: Push | None = None
    node: str = ""
    cycle: int | None = None


@dataclass(frozen=True, slots=True)
class Readings:
    """Both bounds in the order of time. mirrored: the good one is the newer, a fix is sought."""

    older: Reading
    newer: Reading
    mirrored: bool


def today(request: Request) -> date:
    """The day on which the request was made (UTC)."""
    return datetime.fromtimestamp(request.asked_at, timezone.utc).date()


def read_bounds(request: Request, knowledge: Knowledge) -> Readings:
    """Both bounds. Raises Needs, or Ended with BAD_BOUND when one cannot be used."""
    reader = _Reader(APPS[request.app], today(request), knowledge)
    bad = reader.read(request.bad)
    good = reader.a_year_before(bad) if request.good == YearBefore() else reader.read(request.good)
    if good.cycle is not None and good.cycle == bad.cycle:
        raise unusable(
            f"{good.bound} and {bad.bound} were made from the same nightlies. What went to their "
            "release branch alone is not bisected here; give bounds of different releases."
        )
    if _is_later(good, bad):
        return Readings(bad, good, mirrored=True)
    return Readings(good, bad, mirrored=False)


def read_bound(request: Request, bound: Bound, knowledge: Knowledge) -> Reading:
    """One bound by itself. Raises Needs, or Ended with BAD_BOUND when it cannot be used."""
    return _Reader(APPS[request.app], today(request), knowledge).read(bound)


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
    app: App
    today: date
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
            case YearBefore():
                raise unusable("Only a good bound can be left out: say when it was bad.")

    def a_year_before(self, bad: Reading) -> Reading:
        day = max(year_before(bad.day), self.app.first_nightly)
        return Reading(DateBound(day), day, f"{day}, a year before the bad bound")

    def _dated(self, bound: DateBound | BuildIdBound, day: date) -> Reading:
        if day > self.today:
            raise unusable(f"{bound} is in the future; today is {self.today} (UTC).")
        if day < self.app.first_nightly:
            raise unusable(
                f"{bound} is before the first {self.app.name} nightly, {self.app.first_nightly}."
            )
        name = "build id " if isinstance(bound, BuildIdBound) else ""
        return Reading(bound, day, f"{name}{bound}")

    # Releases and tags

    def _release(self, bound: ReleaseBound | TagBound, version: str) -> Reading:
        """The last nightly of the release whose nightlies a version was made from."""
        release = releases.major(version)
        if not releases.is_whole(version):
            self._check_version(version)
        day = self._last_nightly(release, version)
        told = f"release {release}, whose last nightly is of {day}"
        if not releases.is_whole(version) or bound != ReleaseBound(version):
            told = f"{bound} was made from the nightlies of {told}"
        return Reading(bound, day, told, cycle=release)

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
            return Reading(bound, push.day, f"tag {name}, pushed on {push.day}", push, push.tip)
        version = releases.version_of_tag(name)
        if version:
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
                    f"{self._branches}. Give a date or another changeset instead."
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
        integration, main = self.app.integration, self.app.branch
        return self.knowledge.located(integration, symbol) or self.knowledge.located(main, symbol)

    def _unknown(self, bound: ChangesetBound, *, several: bool) -> str:
        if several:
            return (
                f"No changeset on {self._branches} is {bound}, and several git commits begin with "
                "it. Give more digits of the hash."
            )
        text = (
            f"No single changeset on {self._branches} begins with {bound}, and Lando knows no git "
            "commit that does. Check the hash or give more of its digits; a date or a build id "
            "would do, too."
        )
        if bound.node.isdecimal() and len(bound.node) == 7:
            text += f" If it is the number of a bug: {BUG_HELP[0].lower()}{BUG_HELP[1:]}"
        return text

    @property
    def _branches(self) -> str:
        return f"{self.app.integration} or {self.app.branch}"
