"""All services as the driver needs them: a step in, a fact out."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from mozregression.model.apps import (
    BRANCHES,
    CENTRAL,
    App,
    Branch,
    Platform,
    archives_pushes,
    branch_named,
    has_push_builds,
    why_sourceless,
)
from mozregression.model.builds import (
    Build,
    Candidate,
    Checksum,
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
    ChangesetLocated,
    CommitTranslated,
    Fact,
    LandingsDescribed,
    NightliesListed,
    PushesClassified,
    PushesDuring,
    PushesListed,
    RetentionChecked,
    SourceIdentified,
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
    Question,
    TranslateCommit,
)
from mozregression.services.answers import Answers
from mozregression.services.archive import Archive
from mozregression.services.commit_map import CommitMap
from mozregression.services.credentials import Credentials
from mozregression.services.endpoints import Endpoints
from mozregression.services.errors import ServiceError
from mozregression.services.http import PATIENT, TIMEOUTS, Exchange, Http, Patience
from mozregression.services.pushlog import Pushlog
from mozregression.services.releases import Releases
from mozregression.services.taskcluster import KEPT, Taskcluster

# Builds of the last days are kept for certain, but those of a quiet day may not exist yet.
_CERTAINLY_KEPT = timedelta(days=7)
# Since nightlies come from Taskcluster. Where Fenix comes from mozilla-central it is long so.
_STAMPED_BY_PUSH = date(2018, 1, 1)
_GECKO = "gecko"


class Services:
    """Answers the steps of sessions about one app, platform and build type.

    now: aware. lang: for apps that need one, such as firefox-l10n. cache: folder for answers
    that cannot change, None to keep none. credentials: for builds that Taskcluster does not show
    everybody. The other arguments are those of Http. Safe to share
    between threads.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        app: App,
        platform: Platform,
        build_type: str,
        *,
        now: datetime,
        lang: str | None = None,
        cache: Path | None = None,
        credentials: Credentials | None = None,
        on_request: Callable[[Exchange], None] | None = None,
        cancelled: threading.Event | None = None,
        patience: Patience = PATIENT,
        timeouts: tuple[float, float] = TIMEOUTS,
    ) -> None:
        self.http = Http(
            answers=Answers(cache) if cache else None,
            on_request=on_request,
            cancelled=cancelled,
            patience=patience,
            timeouts=timeouts,
            private=f"{endpoints.taskcluster}/api/",
            credentials=credentials,
        )
        self._app = app
        self._platform = platform
        self._build_type = build_type
        self._lang = lang
        self._now = now
        self._archive = Archive(self.http, endpoints.archive, today=now.date())
        self._pushlog = Pushlog(self.http, endpoints.hg, now=now)
        self._taskcluster = Taskcluster(self.http, endpoints.taskcluster, now=now)
        self._commit_map = CommitMap(self.http, endpoints.lando)
        self._releases = Releases(self.http, endpoints.product_details)

    def perform(self, step: Question) -> Fact:  # noqa: C901, PLR0911 - one for each step
        """What the services know about it. Raises ServiceError and Cancelled."""
        match step:
            case ListNightlies(branch, first, last):
                nightlies = self._archive.nightlies(self._app, self._platform, branch, first, last)
                return NightliesListed(branch, first, last, nightlies)
            case ListPushes(branch, after, upto):
                pushes = self._pushlog.between(_branch(branch), after, upto)
                return PushesListed(branch, after, upto, pushes)
            case ListPushesDuring(branch, start, end):
                during = self._pushlog.during(_branch(branch), start, end)
                return PushesDuring(branch, start, end, during)
            case LocateChangeset(branch, node):
                push = self._pushlog.locate(_branch(branch), node)
                return ChangesetLocated(branch, node, push)
            case LookUpVersion(version):
                released, similar = self._releases.look_up(version)
                return VersionLookedUp(version, released, similar)
            case TranslateCommit(prefix):
                changeset, several = self._commit_map.hg_of(prefix)
                return CommitTranslated(prefix, changeset, several=several)
            case CheckRetention(branch, day):
                return RetentionChecked(branch, day, self._kept_by(branch, day))
            case FindBuild(candidate):
                found = self._build_of(candidate)
                return BuildFound(found) if isinstance(found, Build) else BuildMissing(found)
            case IdentifySource(build):
                return self._identified(build)
            case DescribeLandings(branch, first, last):
                landings = self._pushlog.describe(_branch(branch), first, last)
                if _branch(branch).domain == _GECKO:  # the map knows Firefox alone
                    landings = self._with_git(landings)
                return LandingsDescribed(branch, first, last, landings)
            case ClassifyPushes(branch, first, last, suspects):
                about = self._pushlog.classify(_branch(branch), first, last, suspects)
                return PushesClassified(
                    branch, first, last, suspects, about.matching, about.backed_out, about.no_code
                )

    def checksum_of(self, build: Build) -> Checksum | None:
        """The checksum that stands in a file beside the build, if any; one request."""
        return self._archive.checksum_of(build)

    def renamed_artifact(self, build: Build) -> Build | Missing:
        """What to fetch when the queue answers 404 or 424 for a build it has indexed."""
        return self._taskcluster.renamed_artifact(self._app, self._platform, build)

    def close(self) -> None:
        self.http.close()

    def _kept_by(self, branch: str, day: date) -> str:
        if not has_push_builds(self._app, self._build_type):
            return ""
        if self._now.date() - day < _CERTAINLY_KEPT or self._taskcluster.builds_kept(branch, day):
            return "taskcluster"
        archived = archives_pushes(self._app, branch, self._build_type)
        kept = archived and self._archive.integration_kept(self._app, branch, day)
        return "archive" if kept else ""

    def _build_of(self, candidate: Candidate) -> Build | Missing:
        if isinstance(candidate, Nightly):
            return self._archive.build_of_nightly(
                self._app, self._platform, candidate, self._build_type, self._lang
            )
        if self._now - candidate.moment <= KEPT:
            return _first_of(candidate, self._indexed_build, self._archived_build)
        return _first_of(candidate, self._archived_build, self._indexed_build)

    def _indexed_build(self, push: Push) -> Build | Missing:
        return self._taskcluster.build_of_push(self._app, self._platform, push, self._build_type)

    def _archived_build(self, push: Push) -> Build | Missing:
        if not archives_pushes(self._app, push.branch, self._build_type):
            return Missing(push.key, MissingReason.NOT_BUILT)
        return self._archive.integration_build(self._app, self._platform, push)

    def _identified(self, build: Build) -> SourceIdentified:
        """Thunderbird has its own source and that of Gecko, in whatever order they are told."""
        kind, name, stamp = build.candidate.split("/")
        branch = _branch(name)
        told = self._archive.sources_of(build)
        own = next((each for each in told if _domain(each) == branch.domain), None)
        other = next((each for each in told if _domain(each) != branch.domain), None)
        if not told and kind == "nightly":
            own = self._pushed_at(branch, Nightly(name, stamp, ""))
        return SourceIdentified(build.candidate, self._whole(own), self._whole(other))

    def _pushed_at(self, branch: Branch, nightly: Nightly) -> Revision | None:
        """The push that a nightly is dated after, where the stamp is its very second."""
        unknown = why_sourceless(self._app, self._platform, nightly.day) is not None
        if unknown or branch.name != CENTRAL or nightly.day < _STAMPED_BY_PUSH:
            return None
        second = int(nightly.moment.timestamp())
        pushes = self._pushlog.during(branch, second - 1, second + 1)
        return Revision(branch.name, pushes[0].tip) if len(pushes) == 1 else None

    def _whole(self, revision: Revision | None) -> Revision | None:
        """With all digits of the hash; None when the branch does not know it."""
        if revision is None or len(revision.node) == 40:
            return revision
        branch = branch_named(revision.branch)
        push = self._pushlog.locate(branch, revision.node) if branch else None
        whole = (
            node for node in (push.changesets if push else ()) if node.startswith(revision.node)
        )
        return next((replace(revision, node=node) for node in whole), None)

    def _with_git(self, landings: tuple[Landing, ...]) -> tuple[Landing, ...]:
        """Git hashes at least for both ends, which is what links to comparisons need."""
        ends = {landing.node for landing in (*landings[:1], *landings[-1:])}
        return tuple(
            replace(landing, git=self._commit_map.git_of(landing.node))
            if landing.git is None and landing.node in ends
            else landing
            for landing in landings
        )


def _first_of(push: Push, *sources: Callable[[Push], Build | Missing]) -> Build | Missing:
    """The first build that is there, or why there is none, from the last source asked."""
    tried: tuple[str, ...] = ()
    reason = MissingReason.NOT_BUILT
    for source in sources:
        found = source(push)
        if isinstance(found, Build):
            return found
        if found.tried:
            reason = found.reason
            tried += found.tried
    return Missing(push.key, reason, tried)


def _domain(revision: Revision) -> str:
    branch = branch_named(revision.branch)
    return branch.domain if branch else _GECKO


def _branch(name: str) -> Branch:
    branch = branch_named(name)
    if branch is None:
        raise ServiceError(
            f"There is no known branch {name!r}. Known are: {', '.join(sorted(BRANCHES))}.", url=""
        )
    return branch
