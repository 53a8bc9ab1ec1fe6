"""Sessions made and opened, off the thread of the window."""

from collections.abc import Callable, Sequence
from dataclasses import asdict

from mozregression.driver.settings import Settings
from mozregression.journal import Journal, Session
from mozregression.model.facts import Fact
from mozregression.model.request import Request


def new_session(
    journal: Journal, request: Request, settings: Settings, facts: Sequence[Fact]
) -> Callable[[], Session]:
    """Makes a session that begins with what is known already."""

    def make() -> Session:
        session = journal.create(request, asdict(settings))
        session.extend(facts)
        return session

    return make


def kept_session(journal: Journal, number: int) -> Callable[[], Session]:
    """Opens a session. Raises SessionInUseError when another program works on it."""
    return lambda: journal.open(number)
