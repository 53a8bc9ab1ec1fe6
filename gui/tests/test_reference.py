"""A good build beside the one under test: the model without Qt, and the button with real builds."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from mozregression.builds.progress import Progress, State
from mozregression.driver import events
from mozregression.driver.beside import why_none_beside
from mozregression.driver.events import Beside
from mozregression.driver.settings import Settings
from mozregression.model.apps import APPS
from mozregression.model.builds import Build
from mozregression.model.verdicts import Verdict
from mozregui.models.log import Log
from mozregui.models.reference import Reference
from mozregui.work import worker
from tests.driver.conftest import Bench

from windows import Person, opened  # isort: skip

KEY = "nightly/mozilla-central/20260501093012"
NAME = "mozilla-central nightly 2026-05-01 09:30"


def reference(*, tests: bool = True, why_not: str = "") -> Reference:
    return Reference(lambda: tests, lambda: None, Log(), why_not=why_not)


def fetching(key: str, done: int) -> events.Fetching:
    build = Build(key, "firefox", "linux-x86_64", "shippable", "http://x/", "f.tar.xz")
    return events.Fetching(Progress(build, done, 200, 1.0, State.DOWNLOADING))


def test_each_state_has_its_words() -> None:
    model = reference()
    assert (model.told, model.can_ask) == ("", True)
    model.open()
    assert (model.told, model.can_ask) == ("Looking for a good build …", False)
    assert model.hear(events.Reference(Beside.OPENING, KEY))
    assert (model.told, model.can_ask) == (f"Opening {NAME}, which is good.", False)
    assert model.hear(fetching(KEY, 86))
    assert model.told.endswith("43 % are here.")
    assert model.hear(events.Reference(Beside.OPEN, KEY))
    assert (model.told, model.can_ask) == (f"{NAME} is open beside it: that one is good.", True)
    assert model.hear(events.Reference(Beside.CLOSED, KEY, "The browser was killed by SIGSEGV."))
    assert model.told == f"{NAME}, which is good, was closed. The browser was killed by SIGSEGV."
    assert model.can_ask
    assert model.hear(events.Reference(Beside.FAILED, KEY, "The browser exited with 1."))
    assert model.told == f"The good build {NAME} could not be opened: The browser exited with 1."
    assert model.hear(events.Reference(Beside.CLOSED, ""))
    assert model.told == "No good build is looked for any more."
    assert model.hear(events.Reference(Beside.FAILED, "", "There is none."))
    assert model.told == "No good build could be opened: There is none."


def test_what_is_told_is_in_the_log_too() -> None:
    log = Log()
    model = Reference(lambda: True, lambda: None, log)
    model.hear(events.Reference(Beside.OPEN, KEY))
    assert f"{NAME} is open beside it" in log.text


def test_progress_of_other_builds_is_not_its_own() -> None:
    model = reference()
    model.hear(events.Reference(Beside.OPENING, KEY))
    assert not model.hear(fetching("nightly/mozilla-central/20260502093012", 1))
    model.hear(events.Reference(Beside.OPEN, KEY))
    assert not model.hear(fetching(KEY, 1))


def test_where_the_session_stops_it_is_closed() -> None:
    model = reference()
    model.hear(events.Reference(Beside.OPEN, KEY))
    assert not model.hear(worker.Trouble("", None))
    assert (model.told, model.can_ask) == ("", True)


def test_between_tests_nothing_becomes_of_the_wish() -> None:
    model = reference(tests=False)
    model.open()
    assert model.state is None


def test_what_has_no_window_says_so_from_the_beginning() -> None:
    why = why_none_beside(APPS["jsshell"])
    model = reference(why_not=why)
    assert (model.told, model.can_ask) == (why, False)


# The window


@pytest.fixture
def person(bench: Bench, tmp_path: Path, qtbot: Any) -> Iterator[Person]:
    with opened(bench, tmp_path, qtbot) as person:
        yield person


def browsers() -> list[psutil.Process]:
    found = []
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # it has just ended
            if process.name() == "sleep":
                found.append(process)
    return found


def test_a_good_build_is_opened_beside_and_stays(person: Person) -> None:
    person.begin()
    person.asked()
    bar = person.page.reference
    person.press(bar.open)
    person.until(lambda: "known to be good yet" in bar.told.text())
    while not any(one.verdict is Verdict.GOOD for one in person.bisection.steps):
        person.judge()
    person.asked()
    person.key("o")
    person.until(lambda: "is open beside it" in bar.told.text())
    assert bar.open.accessibleName() == "Open a good build beside it"
    assert bar.open.accessibleDescription() == bar.told.text()
    person.until(lambda: len(browsers()) == 2)
    before = {one.pid for one in browsers()}
    steps = len(person.bisection.steps)
    person.judge()
    person.asked()
    person.until(lambda: len(browsers()) == 2)
    (same,) = before & {one.pid for one in browsers()}
    assert len(person.bisection.steps) == steps + 1
    psutil.Process(same).kill()
    person.until(lambda: "was closed" in bar.told.text())
    person.press(bar.open)
    person.until(lambda: "is open beside it" in bar.told.text())
    person.finish()
    assert person.found_it
    assert not bar.isVisible()
    person.until(lambda: browsers() == [])


def test_a_change_of_the_session_does_not_close_it_for_good(person: Person) -> None:
    person.begin()
    person.judge(4)
    person.asked()
    person.press(person.page.reference.open)
    person.until(lambda: person.bisection.reference.state is Beside.OPEN)
    person.bisection.go_back_to(4)
    person.until(lambda: len(person.bisection.steps) == 3)
    person.asked()
    person.until(lambda: person.bisection.reference.state is Beside.OPEN)
    person.until(lambda: len(browsers()) == 2)


def test_it_is_closed_with_a_button(person: Person) -> None:
    person.begin()
    person.judge(4)
    person.asked()
    bar = person.page.reference
    assert not bar.close_it.isVisible()
    person.press(bar.open)
    person.until(lambda: person.bisection.reference.state is Beside.OPEN)
    assert bar.close_it.text() == "Close it"
    person.press(bar.close_it)
    person.until(lambda: "was closed" in bar.told.text())
    person.until(lambda: len(browsers()) == 1)
    assert not bar.close_it.isVisible()


def test_a_command_needs_no_button(person: Person) -> None:
    session = person.bench.session(Settings(command="{binary} --check"))
    number = session.id
    session.close()
    person.window.guide.open_session(number)
    person.see_session()
    assert not person.page.reference.isVisible()
    person.until(lambda: person.bisection.is_over)
