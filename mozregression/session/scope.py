"""Whose builds a session looks at."""

from dataclasses import dataclass
from datetime import date, datetime, timezone

from mozregression.model.apps import (
    APPS,
    App,
    Platform,
    branch_named,
    has_nightlies,
    has_push_builds,
    pushes_kept_since,
    why_unusable,
)
from mozregression.model.request import Request


@dataclass(frozen=True, slots=True)
class Scope:
    """An app's builds of one platform and type, and the branches they are made of.

    main: the branch of the nightlies. landing: the branch whose pushes are the answer, the same
    one or where its landings come from. today: the day on which the request was made (UTC).
    """

    app: App
    platform: Platform
    build_type: str
    main: str
    landing: str
    today: date

    @property
    def branches(self) -> tuple[str, ...]:
        """Where pushes are looked for, in that order."""
        return tuple(dict.fromkeys((self.landing, self.main)))

    @property
    def is_own(self) -> bool:
        """Whether these are the branches of the app, not another that somebody chose."""
        return self.main == self.app.branch

    @property
    def is_comm(self) -> bool:
        known = branch_named(self.app.branch)
        return known is not None and known.domain == "comm"

    @property
    def has_push_builds(self) -> bool:
        return has_push_builds(self.app, self.build_type)

    @property
    def pushes_kept_since(self) -> date:
        """Builds of pushes from before this day are gone for certain."""
        return pushes_kept_since(self.app, self.landing, self.build_type, self.today)

    @property
    def why_no_nightlies(self) -> str | None:
        """Why there are none of this type, for a person; None when there may be some."""
        if not has_nightlies(self.app, self.main) and self.app.nightlies:
            return f"There are no nightlies of {self.main}."
        return why_unusable(self.app, self.platform, self.today, self.build_type)

    @property
    def nightlies_differ(self) -> bool:
        """Whether nightlies are only like the builds of pushes (`asan-reporter` for `asan`)."""
        return self.app.nightlies is not None and bool(
            self.app.nightlies.types.get(self.build_type)
        )


def scope_of(request: Request) -> Scope:
    """What was asked for; a branch is looked at by itself, unless it is the app's own."""
    app = APPS[request.app]
    chosen = None if request.branch == app.branch else request.branch
    return Scope(
        app,
        Platform(request.os, request.arch),
        request.build_type,
        chosen or app.branch,
        chosen or app.integration,
        datetime.fromtimestamp(request.asked_at, timezone.utc).date(),
    )
