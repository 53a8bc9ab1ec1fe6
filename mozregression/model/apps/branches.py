"""Which branches have builds of an app, and for how long those of their pushes are kept."""

from datetime import date, timedelta

from mozregression.model.apps.shipped import branch_named, shipped
from mozregression.model.apps.values import App

_KEPT_A_YEAR = timedelta(days=366)  # by Taskcluster, from minutes after the push on


def branches_of(app: App) -> tuple[str, ...]:
    """Names of all branches with builds of the app, its own first; `{n}` stands for a number."""
    return tuple(dict.fromkeys((app.branch, *app.branches)))


def why_no_branch(app: App, branch: str) -> str | None:
    """Why builds of a branch, by its canonical name, cannot be had; None when they can."""
    known = branch_named(branch)
    if known is None or known.name != branch:
        return f"There is no known branch {branch!r}. {_known(app)}"
    return None if _is_one_of(branch, branches_of(app)) else _not_made(app, branch)


def why_not_bisected(app: App, branch: str) -> str | None:
    """The same, and why pushes of a branch that has builds cannot be bisected."""
    why = why_no_branch(app, branch)
    known = branch_named(branch)
    if why or known is None or known.is_line:
        return why
    return (
        f"Pushes to {branch} do not build on each other, so that there is no range to bisect. "
        "A build of a single push can be started, though."
    )


def has_nightlies(app: App, branch: str) -> bool:
    """Whether a branch has nightlies of the app, or had some."""
    if app.nightlies is None:
        return False
    return branch == app.branch or _is_one_of(branch, app.nightlies.branches)


def archives_pushes(app: App, branch: str, build_type: str) -> bool:
    """Whether the archive keeps builds of a branch's pushes that will do for a build type."""
    kept = app.archived
    return kept is not None and branch in kept.branches and kept.kind in app.build_types[build_type]


def pushes_kept_since(app: App, branch: str, build_type: str, today: date) -> date:
    """The first day whose pushes may have builds yet: those from before have none for certain."""
    a_year_ago = today - _KEPT_A_YEAR
    if app.archived and archives_pushes(app, branch, build_type):
        return min(a_year_ago, app.archived.since)
    return a_year_ago


def _is_one_of(branch: str, names: tuple[str, ...]) -> bool:
    return any(row.branch.name in names and row.named(branch) for row in shipped().branches)


def _not_made(app: App, branch: str) -> str:
    return f"There are no {app.name} builds of {branch}. {_known(app)}"


def _known(app: App) -> str:
    names = (name.replace("{n}", "<number>") for name in branches_of(app))
    return f"Branches with {app.name} builds are {', '.join(names)}."
