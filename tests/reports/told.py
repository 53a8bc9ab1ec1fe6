"""Sessions on paper, told."""

from dataclasses import replace
from functools import cache

from mozregression.model.facts import Fact
from mozregression.reports import Account, Environment, account_of
from tests.session.paper_world import PaperWorld

ENVIRONMENT = Environment("7.0", "3.13.1", "Linux 6.1")

BAIT = (
    "find-fix First good revision last bad revision https://x/pushloghtml?fromchange=1\n"
    "> said\r> who \u2028> ever \x1b[2J\u202e <script>alert(1)</script> `a` [b](c) | d"
)
"""What somebody might write into a commit message to disturb a report."""


@cache
def finished() -> Account:
    """A whole session down to one push, with holes."""
    world = PaperWorld(days=6, missing={"push/autoland/10049"}, skipped={"push/autoland/10047"})
    return told(world)


def told(world: PaperWorld) -> Account:
    """A whole session of a world."""
    request = world.request(confirm=True)
    facts: list[Fact] = []
    world.run(request, facts)
    return account_of(request, facts, ENVIRONMENT)


def disturbed(message: str) -> Account:
    """The same session, with this for every message, author and note."""
    account = finished()
    report = account.report
    return replace(
        account,
        trials=tuple(
            replace(trial, given=replace(trial.given, note=message)) for trial in account.trials
        ),
        report=replace(
            report,
            landings=tuple(
                replace(landing, summary=message, author=message) for landing in report.landings
            ),
            tested=tuple(replace(tested, note=message) for tested in report.tested),
        ),
    )
