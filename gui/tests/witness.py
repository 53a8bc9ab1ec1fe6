"""Sees what was promised to a person in a window, to be compared with what was kept."""

import queue
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from mozregression.builds.errors import BuildsError
from mozregression.driver.events import Judged as VerdictTold
from mozregression.driver.settings import Settings
from mozregression.faces.plan import UsageError
from mozregression.journal import Journal, JournalError
from mozregression.launch.launcher import LaunchError
from mozregression.launch.process import Running
from mozregression.model.facts import VerdictGiven
from mozregression.model.verdicts import Verdict
from mozregression.services.errors import Cancelled, ServiceError
from mozregression.settings.file import FileError
from mozregression.testers.tester import Answer, Judged, Subject
from mozregui.widgets import guide
from mozregui.work.background import Background
from mozregui.work.worker import Crashed, Happening, Tell, Worker

_EXPECTED = (
    BuildsError,
    Cancelled,
    FileError,
    JournalError,
    LaunchError,
    OSError,
    ServiceError,
    UsageError,
)
"""Ways in which work in the background may fail: each has a sentence for a person."""

Verdicts = list[tuple[str, Verdict]]


class Witness:
    """given: the verdicts that were taken from the person, by session, in order. told: those that
    the person saw entered in the list. heard: how many things happened. mistakes: what went wrong
    in the program itself.
    """

    def __init__(self) -> None:
        self.given: dict[int, Verdicts] = defaultdict(list)
        self.told: dict[int, Verdicts] = defaultdict(list)
        self.mistakes: list[str] = []
        self.heard = 0

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        """See all that workers and the background of windows do from now on."""
        watched = type("Watched", (_Watched,), {"witness": self})
        patch.setattr(guide, "Worker", watched)
        run = Background.run

        def watching(
            background: Background,
            work: Callable[[], Any],
            then: Callable[[Any], None],
            failed: Callable[[Exception], None],
        ) -> None:
            def told(error: Exception) -> None:
                if not isinstance(error, _EXPECTED):
                    self.mistakes.append(repr(error))
                failed(error)

            run(background, work, then, told)

        patch.setattr(Background, "run", watching)

    def check(self, journal: Journal) -> None:
        """No verdict is lost, none was made up, and nothing went wrong."""
        assert self.mistakes == []
        for summary in journal.sessions():
            record = journal.read(summary.id)
            kept = [
                (fact.candidate, fact.verdict)
                for fact in record.facts
                if isinstance(fact, VerdictGiven) and fact.note != "skipped by hand"
            ]
            if Settings(**record.settings).automated:
                assert self.given[summary.id] == []
            else:
                assert kept == self.given[summary.id]
            assert _is_within(self.told[summary.id], kept)


class _Watched(Worker):
    """Notes answers in the moment in which they are taken."""

    witness: Witness

    def __init__(
        self, session: Any, places: Any, endpoints: Any, tell: Tell, *, begins: bool = False
    ) -> None:
        self._subject = ""

        def telling(happening: Happening) -> None:
            self.witness.heard += 1
            match happening:
                case Crashed(trace):
                    self.witness.mistakes.append(trace)
                case VerdictTold():
                    key = happening.step.candidate.key
                    self.witness.told[session.id].append((key, happening.verdict))
            tell(happening)

        super().__init__(session, places, endpoints, telling, begins=begins)
        self._answers = _Answers(lambda answer: self._note(session.id, answer))

    def _ask(self, subject: Subject, running: Running, note: str) -> Answer:
        self._subject = subject.candidate.key
        return super()._ask(subject, running, note)

    def _note(self, session: int, answer: Answer) -> None:
        if isinstance(answer, Judged):
            self.witness.given[session].append((self._subject, answer.verdict))


class _Answers(queue.SimpleQueue):  # type: ignore[type-arg]
    def __init__(self, note: Callable[[Answer], None]) -> None:
        super().__init__()
        self._note = note

    def put(self, item: Answer, block: bool = True, timeout: float | None = None) -> None:
        self._note(item)
        super().put(item, block, timeout)


def _is_within(few: Verdicts, many: Verdicts) -> bool:
    """Whether they are among them, in the same order."""
    left = iter(many)
    return all(one in left for one in few)
