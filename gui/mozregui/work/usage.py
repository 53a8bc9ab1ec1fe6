"""Usage data of the window: recorded as the console's is, with the same consent.

Nobody is told here that it begins: the first page has done so.
"""

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from mozregression.driver.places import Places
from mozregression.faces.measuring import measured, measured_launches
from mozregression.journal import Session
from mozregression.model.builds import Candidate
from mozregression.model.request import Request
from mozregression.settings.file import FileError, settings_of_person


@contextmanager
def recorded(session: Session, places: Places, *, begins: bool) -> Iterator[None]:
    """While a session is carried on. begins: for the first time."""
    options = _options()
    if options is None:
        yield
        return
    with measured(session, places, options, begins=begins, notice=_told_already):
        yield


@contextmanager
def recorded_launch(request: Request, places: Places) -> Iterator[list[Candidate]]:
    """While one build is run. Gives a list for what was launched."""
    options = _options()
    if options is None:
        yield []
        return
    with measured_launches([request], places, options, notice=_told_already) as launched:
        yield launched


def _options() -> Namespace | None:
    """None when the config file cannot be read: that is no consent, and withdraws none."""
    try:
        return Namespace(**settings_of_person(), variant="gui")
    except FileError:
        return None


def _told_already() -> None:
    """The first page says what is recorded before anything is."""
