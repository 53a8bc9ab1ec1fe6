"""A build that is known to be good beside those a person judges: real processes, real profiles."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from mozregression.builds import download
from mozregression.driver.beside import why_none_beside
from mozregression.driver.events import Beside, Event, Reference
from mozregression.driver.places import Places
from mozregression.driver.run import Driver, Finished, Result, Stopped
from mozregression.driver.settings import Settings
from mozregression.journal import Journal, Session
from mozregression.launch.process import Running
from mozregression.model.apps import APPS, Launch
from mozregression.model.facts import BuildFound, Fact, VerdictGiven
from mozregression.model.verdicts import Verdict
from mozregression.sandbox.misbehaviour import Faults
from mozregression.sandbox.sandbox import Sandbox
from mozregression.sandbox.world import BROKEN
from mozregression.testers.tester import Answer, Retry, Stop, Subject
from tests.driver.conftest import Bench, Person, make_world

PATIENCE = 30.0  # seconds until what has to come must have come


class Heard(list[Event]):
    """Events, which may be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self._more = threading.Condition()

    def append(self, event: Event) -> None:
        with self._more:
            super().append(event)
            self._more.notify_all()

    @property
    def states(self) -> list[Beside]:
        return [event.state for event in self.references]

    @property
    def references(self) -> list[Reference]:
        return [event for event in self if isinstance(event, Reference)]

    def next(self, *states: Beside, after: int = 0) -> Reference:
        """The first of these states among references from number `after` on."""

        def come() -> Reference | None:
            fitting = (one for one in self.references[after:] if one.state in states)
            return next(fitting, None)

        with self._more:
            assert self._more.wait_for(lambda: come() is not None, PATIENCE), self.references
        found = come()
        assert found
        return found


@dataclass
class Viewer:
    """A person who does something at some questions, and then tells the truth.

    acts: by the number of the question, from 0; may return an answer.
    """

    bench: Bench
    acts: dict[int, Callable[[], object]] = field(default_factory=dict)
    driver: Driver | None = None
    person: Person = field(init=False)
    pids: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.person = Person(self.bench.world)

    @property
    def heard(self) -> Heard:
        assert isinstance(self.bench.events, Heard)
        return self.bench.events

    def __call__(self, subject: Subject, running: Running, note: str) -> Answer:
        assert running.pid
        self.pids.append(running.pid)
        number = len(self.person.shown)
        answer = self.acts.get(number, lambda: None)()
        truth = self.person(subject, running, note)
        return answer if isinstance(answer, Answer) else truth

    def open(self, *states: Beside) -> Reference:
        """Ask for a good build, and wait for what comes of it."""
        assert self.driver
        before = len(self.heard.references)
        self.driver.open_reference()
        return self.heard.next(*(states or (Beside.OPEN, Beside.FAILED)), after=before)

    def give_up(self) -> Reference:
        """Have it closed, and wait until that is told."""
        assert self.driver
        before = len(self.heard.references)
        self.driver.close_reference()
        return self.heard.next(Beside.CLOSED, after=before)

    def others(self) -> list[psutil.Process]:
        """Browsers that run beside those that were, and are, under test."""
        return [one for one in processes() if one.pid not in self.pids]

    def beside(self) -> psutil.Process:
        """The only one of them, which may be about to start."""
        limit = time.monotonic() + PATIENCE
        while not (found := self.others()):
            assert time.monotonic() < limit
            time.sleep(0.02)
        (browser,) = found
        return browser

    @property
    def judged_good(self) -> list[str]:
        return [key for key, verdict in self.bench.judged() if verdict is Verdict.GOOD]

    def run(self, settings: Settings, session: Session | None = None) -> Result:
        with session or self.bench.session(settings) as kept, self._driver(kept) as driver:
            self.driver = driver
            return driver.run()

    @contextmanager
    def _driver(self, session: Session) -> Iterator[Driver]:
        with self.bench.driver(session, self) as driver:  # type: ignore[arg-type]
            yield driver


def processes() -> list[psutil.Process]:
    """Browsers of the sandbox that this process started."""
    guardians = psutil.Process().children()
    return [browser for guardian in guardians for browser in guardian.children()]


def places(folder: Path) -> Places:
    return Places(folder / "state", folder / "cache")


def profiles(bench: Bench) -> list[Path]:
    return sorted(bench.where.work.glob("profile-*"))


@pytest.fixture(autouse=True)
def _quick_browsers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made builds need no time to come up."""
    monkeypatch.setattr("mozregression.testers.browser._MOMENT", 0.02)


@pytest.fixture
def viewer(bench: Bench) -> Viewer:
    bench.events = Heard()
    return Viewer(bench)


def found_it(result: Result, viewer: Viewer) -> bool:
    end = result.report.bad if isinstance(result, Finished) else None
    return end is not None and end.candidate == viewer.bench.world.culprit.push


def test_it_stays_beside_several_probes_and_is_gone_at_the_end(viewer: Viewer) -> None:
    seen: list[psutil.Process] = []
    beside: list[int] = []

    def open_it() -> None:
        opened = viewer.open()
        assert opened == Reference(Beside.OPEN, viewer.judged_good[-1])
        beside.append(len(profiles(viewer.bench)))

    def look() -> None:
        seen.append(viewer.beside())

    viewer.acts = {3: open_it, 4: look, 6: look}
    assert found_it(viewer.run(Settings()), viewer)
    assert beside == [2]
    first, second = seen
    assert first == second
    assert viewer.heard.states == [Beside.OPENING, Beside.OPEN]
    assert processes() == []
    assert profiles(viewer.bench) == []


def test_it_changes_no_decision_and_is_no_fact(tmp_path: Path) -> None:
    facts = []
    with Sandbox(make_world()) as sandbox:
        for name in ("without", "with"):
            bench = Bench(sandbox, places(tmp_path / name), Heard())
            viewer = Viewer(bench)
            if name == "with":
                viewer.acts = {2: viewer.open, 5: viewer.open}
            # What is fetched ahead of need depends on how long a person takes.
            assert found_it(viewer.run(Settings(work_ahead=False, prefer_kept=False)), viewer)
            facts.append([timeless(fact) for fact in facts_of(bench)])
            assert bool(bench.events.references) == (name == "with")  # type: ignore[attr-defined]
    assert facts[0] == facts[1]


def facts_of(bench: Bench) -> tuple[Fact, ...]:
    with Journal(bench.where.state).open(1) as session:
        return session.facts()


def timeless(fact: Fact) -> Fact:
    return replace(fact, at=0, seconds=0) if isinstance(fact, VerdictGiven) else fact


def test_before_a_build_is_known_to_be_good_that_is_said(viewer: Viewer) -> None:
    told: list[Reference] = []
    viewer.acts = {0: lambda: told.append(viewer.open()), 1: Stop}
    assert viewer.run(Settings()) == Stopped()
    assert [one.state for one in told] == [Beside.FAILED]
    assert "No build is known to be good yet" in told[0].why


def test_the_person_closes_it_and_may_have_it_again(viewer: Viewer) -> None:
    def close_it() -> None:
        first = viewer.open()
        browser = viewer.beside()
        before = len(viewer.heard.references)
        browser.kill()
        closed = viewer.heard.next(Beside.CLOSED, after=before)
        assert closed.candidate == first.candidate
        assert "SIGKILL" in closed.why
        assert len(profiles(viewer.bench)) == 1
        assert viewer.open().state is Beside.OPEN
        again = viewer.beside()
        assert again.pid != browser.pid

    viewer.acts = {2: close_it, 3: Stop}
    viewer.run(Settings())
    assert processes() == []


def test_it_is_closed_without_a_word_of_a_signal_and_may_be_had_again(viewer: Viewer) -> None:
    def close_it() -> None:
        first = viewer.open()
        browser = viewer.beside()
        closed = viewer.give_up()
        assert (closed.candidate, closed.why) == (first.candidate, "")
        assert viewer.open().state is Beside.OPEN
        assert viewer.beside().pid != browser.pid
        assert len(profiles(viewer.bench)) == 2

    viewer.acts = {2: close_it, 3: Stop}
    viewer.run(Settings())
    assert processes() == []


def test_one_on_its_way_is_given_up(tmp_path: Path) -> None:
    world = make_world()
    nightly = world.nightlies[0]
    faults = Faults(paths=f"{nightly.path}.*tar.xz$", slow=1.0, slow_seconds=60)
    with Sandbox(world, faults=faults) as sandbox:
        viewer = Viewer(Bench(sandbox, places(tmp_path), Heard()))
        told: list[Reference] = []

        def give_up() -> None:
            viewer.open(Beside.OPENING)
            told.append(viewer.give_up())

        viewer.acts = {0: give_up, 1: Stop}
        settings = Settings(work_ahead=False)
        session = asked_for(viewer.bench, settings, check_ends=False)
        assert viewer.run(settings, session) == Stopped()
    assert [one.candidate for one in told] == [nightly.key]
    assert viewer.heard.states == [Beside.OPENING, Beside.CLOSED]


def test_a_nearer_one_takes_its_place(viewer: Viewer) -> None:
    found: list[tuple[str, int]] = []

    def open_it() -> None:
        opened = viewer.open()
        assert opened.candidate == viewer.judged_good[-1]
        browser = viewer.beside()
        found.append((opened.candidate, browser.pid))

    viewer.acts = dict.fromkeys(range(2, 9), open_it)
    assert found_it(viewer.run(Settings()), viewer)
    assert len(set(found)) == len(set(viewer.judged_good[: len({key for key, _ in found})])) > 1
    assert Beside.CLOSED not in viewer.heard.states


def test_it_is_there_from_the_start_until_it_is_closed(viewer: Viewer) -> None:
    def close_it() -> None:
        opened = viewer.heard.next(Beside.OPEN)
        assert opened.candidate == viewer.judged_good[0]
        browser = viewer.beside()
        browser.kill()
        viewer.heard.next(Beside.CLOSED)

    def none() -> None:
        assert viewer.others() == []

    viewer.acts = {0: none, 1: close_it, 3: none, 4: Stop}
    viewer.run(Settings(reference=True))
    assert viewer.heard.states == [Beside.OPENING, Beside.OPEN, Beside.CLOSED]


def asked_for(bench: Bench, settings: Settings, **changes: Any) -> Session:
    """A session whose request differs."""
    with bench.session(settings) as model:
        request = replace(model.request, **changes)
    return Journal(bench.where.state).create(request, asdict(settings))


def test_what_is_not_in_the_cache_is_looked_for_and_fetched(viewer: Viewer) -> None:
    bench = viewer.bench
    nightly = bench.world.nightlies[0]
    viewer.acts = {0: viewer.open, 1: Stop}
    settings = Settings(work_ahead=False)
    viewer.run(settings, asked_for(bench, settings, check_ends=False))
    assert viewer.heard.states == [Beside.OPENING, Beside.OPEN]
    assert viewer.heard.references[-1].candidate == nightly.key
    requested = [entry.path for entry in bench.sandbox.log if entry.path.endswith(".tar.xz")]
    assert any(path.startswith(nightly.path) for path in requested)
    found = [one.build.candidate for one in facts_of(bench) if isinstance(one, BuildFound)]
    assert nightly.key not in found


@pytest.mark.parametrize(
    ("trouble", "says"), [({"error": 1.0}, "Downloading"), ({"slow": 1.0, "slow_seconds": 60}, "")]
)
def test_one_that_cannot_be_had_keeps_nobody_from_going_on(
    tmp_path: Path, trouble: dict[str, float], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "Patience", partial(download.Patience, attempts=1))
    world = make_world()
    path = world.nightlies[0].path
    faults = Faults(paths=f"{path}.*tar.xz$", **trouble)  # type: ignore[arg-type]
    with Sandbox(world, faults=faults) as sandbox:
        bench = Bench(sandbox, places(tmp_path), Heard())
        viewer = Viewer(bench)
        wanted = Beside.FAILED if says else Beside.OPENING
        viewer.acts = {0: lambda: viewer.open(wanted), 3: Stop}
        settings = Settings()
        session = asked_for(bench, settings, check_ends=False)
        assert viewer.run(settings, session) == Stopped()
    assert len(bench.judged()) == 3
    assert says in viewer.heard.references[-1].why
    assert viewer.heard.states[-1] is wanted


def test_a_profile_of_ones_own_is_cloned_even_if_tests_use_it(viewer: Viewer) -> None:
    mine = viewer.bench.where.state / "mine"

    def open_it() -> None:
        (mine / "marked").touch()
        viewer.open()
        (profile,) = profiles(viewer.bench)
        assert (profile / "content" / "marked").exists()
        assert (profile / "content" / "launched").exists()

    viewer.acts = {1: open_it, 2: Stop}
    viewer.run(Settings(profile=str(mine), profile_persistence="reuse"))
    assert profiles(viewer.bench) == []
    assert (mine / "marked").exists()


def test_the_build_under_test_is_never_its_own_reference(viewer: Viewer) -> None:
    shown: list[str] = []

    def open_it() -> Answer:
        shown.append(viewer.open().candidate)
        return Retry()

    viewer.acts = {2: open_it, 3: Stop}
    viewer.run(Settings())
    assert viewer.person.shown[2] == viewer.person.shown[3]
    assert shown[0] != viewer.person.shown[2].key


@pytest.mark.parametrize("app", ["jsshell", "fenix", "fennec", "focus", "gve"])
def test_what_has_no_window_of_its_own_is_refused_in_words(app: str) -> None:
    why = why_none_beside(APPS[app])
    assert "device" in why or "shell" in why
    assert why.endswith(".")


def test_every_desktop_app_may_have_one() -> None:
    desktop = [app for app in APPS.values() if app.launch is Launch.DESKTOP]
    assert desktop
    assert not any(map(why_none_beside, desktop))


def test_a_refusal_does_not_keep_anybody_from_judging(tmp_path: Path) -> None:
    settings = Settings(reference=True)
    with Sandbox(make_world(all_apps=True)) as sandbox:
        viewer = Viewer(Bench(sandbox, places(tmp_path), Heard()))
        viewer.acts = {0: viewer.open, 1: Stop}
        result = viewer.run(settings, asked_for(viewer.bench, settings, app="jsshell"))
    assert result == Stopped()
    assert viewer.heard.states == [Beside.FAILED] * 2
    assert "no window" in viewer.heard.references[0].why


def test_with_a_command_there_is_nobody_to_look(bench: Bench) -> None:
    assert isinstance(bench.run(Settings(command="{binary} --check", reference=True)), Finished)
    assert not [event for event in bench.events if isinstance(event, Reference)]


def test_a_broken_one_is_told_where_there_is_no_other(tmp_path: Path) -> None:
    worlds = (make_world(seed, broken_rate=0.3) for seed in range(100))
    world = next(one for one in worlds if one.condition(one.nightlies[0]) in BROKEN)
    with Sandbox(world) as sandbox:
        viewer = Viewer(Bench(sandbox, places(tmp_path), Heard()))
        viewer.acts = {0: viewer.open, 1: Stop}
        settings = Settings()
        viewer.run(settings, asked_for(viewer.bench, settings, check_ends=False))
    last = viewer.heard.references[-1]
    assert last.state is Beside.FAILED
    assert last.why.startswith("the archive is broken")
    assert last.why.endswith("no other build is known to be good.")
