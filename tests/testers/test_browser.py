"""Verdicts from a person who looks at the browser."""

from pathlib import Path

import psutil
import pytest

from mozregression.launch.desktop import DesktopLauncher
from mozregression.launch.process import Running
from mozregression.launch.profiles import ProfileMode, ProfileOptions, Profiles
from mozregression.launch.shell import ShellLauncher
from mozregression.launch.workdirs import WorkDirs
from mozregression.model.apps import APPS, LINUX_X86_64
from mozregression.model.verdicts import Verdict
from mozregression.testers.browser import PersonTester
from mozregression.testers.tester import Answer, Back, Judged, Retry, Stop, Subject
from tests.testers.conftest import MakeSubject


class Person:
    """Answers with what it was given, and remembers what it saw."""

    def __init__(self, answer: Answer | BaseException) -> None:
        self._answer = answer
        self.subject: Subject | None = None
        self.note = ""
        self.pid = 0
        self.profile = Path()

    def __call__(self, subject: Subject, running: Running, note: str) -> Answer:
        self.subject = subject
        self.note = note
        self.pid = running.pid or 0
        if running.wait(0) is None:
            self.profile = Path(psutil.Process(self.pid).cmdline()[-1])
            assert (self.profile / "user.js").exists()
        if isinstance(self._answer, BaseException):
            raise self._answer
        return self._answer


@pytest.fixture
def work(tmp_path: Path) -> WorkDirs:
    return WorkDirs(tmp_path / "work")


def shown_to(person: Person, work: WorkDirs, options: ProfileOptions) -> PersonTester:
    profiles = Profiles(work, options)
    launcher = DesktopLauncher(APPS["firefox"], LINUX_X86_64, profiles, ["-x"])
    return PersonTester(person, launcher.open, work.root / "outputs")


def nothing_left(person: Person, work: WorkDirs) -> bool:
    return not psutil.pid_exists(person.pid) and not list(work.root.glob("profile-*"))


@pytest.mark.parametrize("answer", [Judged(Verdict.BAD, note="slow"), Retry(), Back(), Stop()])
def test_the_person_sees_a_browser_and_it_is_gone_after_the_answer(
    make_subject: MakeSubject, work: WorkDirs, answer: Answer
) -> None:
    person = Person(answer)
    subject = make_subject()
    with shown_to(person, work, ProfileOptions()) as tester:
        given = tester.test(subject)
    assert person.subject is subject
    if isinstance(answer, Judged):
        assert isinstance(given, Judged)
        assert (given.verdict, given.note) == (answer.verdict, answer.note)
        assert given.seconds > 0
    else:
        assert given == answer
    assert person.note == ""
    assert person.profile.parent.parent == work.root
    assert nothing_left(person, work)


def test_the_last_browser_is_gone_before_the_person_is_asked_about_the_next(
    make_subject: MakeSubject, work: WorkDirs
) -> None:
    seen: list[tuple[int, Path]] = []

    class Comparing(Person):
        def __call__(self, subject: Subject, running: Running, note: str) -> Answer:
            answer = super().__call__(subject, running, note)
            for pid, profile in seen:
                assert not psutil.pid_exists(pid)
                assert not profile.exists()
            seen.append((self.pid, self.profile))
            return answer

    person = Comparing(Judged(Verdict.GOOD))
    with shown_to(person, work, ProfileOptions()) as tester:
        for number in (1, 2, 3):
            tester.test(make_subject(number=number))
    assert len(seen) == 3
    assert nothing_left(person, work)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("bug")])
def test_an_exception_passes_and_leaves_nothing(
    make_subject: MakeSubject, work: WorkDirs, error: BaseException
) -> None:
    person = Person(error)
    with pytest.raises(type(error)):
        shown_to(person, work, ProfileOptions()).test(make_subject())
    assert nothing_left(person, work)


def test_a_browser_that_gives_up_at_once_is_told(make_subject: MakeSubject, work: WorkDirs) -> None:
    person = Person(Judged(Verdict.SKIP))
    subject = make_subject(script="echo no display; exit 1")
    with shown_to(person, work, ProfileOptions()) as tester:
        tester.test(subject)
    output = work.root / "outputs" / subject.output_name
    assert person.note == f"The browser exited with 1. What it printed is in {output}"
    assert output.read_text() == "no display\n"
    assert nothing_left(person, work)


def test_a_browser_that_cannot_start_is_told(make_subject: MakeSubject, work: WorkDirs) -> None:
    person = Person(Judged(Verdict.SKIP))
    subject = make_subject()
    subject.installed.binary.write_bytes(b"\x7fELF nonsense")
    with shown_to(person, work, ProfileOptions()) as tester:
        tester.test(subject)
    assert person.note.startswith("The browser did not start: Exec format error")
    assert nothing_left(person, work)


def test_a_kept_profile_is_put_away_in_peace(
    make_subject: MakeSubject, work: WorkDirs, tmp_path: Path
) -> None:
    profile = tmp_path / "mine"
    options = ProfileOptions(path=profile, mode=ProfileMode.REUSE)
    save = (
        "trap 'sleep 0.2; echo saved > \"$4/places\"; exit' TERM; "
        "while :; do sleep 600 & wait; done"
    )
    person = Person(Judged(Verdict.GOOD))
    shown_to(person, work, options).test(make_subject(script=save))
    assert person.profile == profile
    assert (profile / "places").read_text() == "saved\n"


def test_cancel_closes_the_browser(make_subject: MakeSubject, work: WorkDirs) -> None:
    class Cancelling(Person):
        def __call__(self, subject: Subject, running: Running, note: str) -> Answer:
            super().__call__(subject, running, note)
            tester.cancel()
            assert running.wait(0) is not None
            return Stop()

    person = Cancelling(Stop())
    with shown_to(person, work, ProfileOptions()) as tester:
        tester.cancel()  # without effect: nothing runs yet
        assert tester.test(make_subject()) == Stop()
    assert nothing_left(person, work)


def test_what_a_shell_prints_is_seen_before_the_question(
    make_subject: MakeSubject, work: WorkDirs
) -> None:
    heard: list[str] = []

    class Reading(Person):
        def __call__(self, subject: Subject, running: Running, note: str) -> Answer:
            assert heard == ["-e code", "done"]
            return super().__call__(subject, running, note)

    outputs = work.root / "outputs"
    subject = make_subject(script='echo "$@"; echo done; exit 3')
    launcher = ShellLauncher(APPS["jsshell"], LINUX_X86_64, ["-e", "code"])
    person = Reading(Judged(Verdict.BAD))
    with PersonTester(person, launcher.open, outputs, on_output=heard.append) as tester:
        tester.test(subject)
    assert person.note.startswith("The shell exited with 3. What it printed is in ")


def test_what_the_browser_prints_can_be_shown(make_subject: MakeSubject, work: WorkDirs) -> None:
    class Reading(Person):
        def __call__(self, subject: Subject, running: Running, note: str) -> Answer:
            running.wait()
            return super().__call__(subject, running, note)

    heard: list[str] = []
    outputs = work.root / "outputs"
    subject = make_subject(script="echo hello")
    launcher = DesktopLauncher(APPS["firefox"], LINUX_X86_64, Profiles(work, ProfileOptions()))
    person = Reading(Judged(Verdict.GOOD))
    with PersonTester(person, launcher.open, outputs, on_output=heard.append) as tester:
        tester.test(subject)
    assert heard == ["hello"]
    assert (outputs / subject.output_name).read_text() == "hello\n"
