"""Sessions on paper, told."""

from dataclasses import replace
from functools import cache

from mozregression.model.builds import Landing, Missing, MissingReason
from mozregression.model.certainty import Certainty, Kind
from mozregression.model.facts import Fact
from mozregression.model.request import Request
from mozregression.reports import Account, Environment, account_of
from tests.session.comm_world import CommWorld
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


@cache
def embedding() -> Account:
    """A session of builds that embed another repository, in which something changed, too."""
    world = CommWorld(comm_culprit=22)
    return told(world, world.asked_of())


@cache
def hiding() -> Account:
    """A session about a bug that hides, which ran out of tests."""
    world = PaperWorld(miss=0.4, seed=3)
    return told(world, world.request(certainty=Certainty(Kind.INTERMITTENT, max_tests=14)))


def told(world: PaperWorld, request: Request | None = None) -> Account:
    """A whole session of a world."""
    request = request or world.request(confirm=True)
    facts: list[Fact] = []
    world.run(request, facts)
    return account_of(request, facts, ENVIRONMENT)


def disturbed(message: str) -> Account:
    """Such a session, with this for every message, author and note."""
    account = embedding()
    report = account.report
    assert report.embedded is not None
    return replace(
        account,
        trials=tuple(
            replace(trial, given=replace(trial.given, note=message)) for trial in account.trials
        ),
        report=replace(
            report,
            landings=_with_message(report.landings, message),
            embedded=replace(
                report.embedded, landings=_with_message(report.embedded.landings, message)
            ),
            missing=(Missing("push/autoland/7", MissingReason.NO_FILE, (message,)),),
            untestable=(Missing("push/autoland/7", MissingReason.NO_FILE, (message,)),),
            tested=tuple(replace(tested, note=message) for tested in report.tested),
        ),
    )


def _with_message(landings: tuple[Landing, ...], message: str) -> tuple[Landing, ...]:
    return tuple(replace(landing, summary=message, author=message) for landing in landings)
