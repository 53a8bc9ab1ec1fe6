"""One test of one build: fetch it, make it ready, have it judged."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import TypeAlias

from mozregression.builds.fetcher import NEEDED, Fetcher, Ticket
from mozregression.builds.store import Ready
from mozregression.launch import launcher
from mozregression.launch.launcher import Installed
from mozregression.model.builds import Build, Missing, MissingReason, Push, Revision
from mozregression.model.facts import BuildFound, BuildMissing, Fact, SourceIdentified
from mozregression.model.steps import TestBuild
from mozregression.services.errors import Cancelled
from mozregression.testers.tester import Answer, Retry, Stop, Subject, Tester

# What an artifact under another name looks like; only Taskcluster's builds have other names.
MAYBE_RENAMED = (MissingReason.NO_FILE, MissingReason.EXPIRED)


def arrived(
    build: Build,
    wait_for: Callable[[Build], Ready | Missing],
    renamed: Callable[[Build], Build | Missing],
) -> Ready | Missing:
    """A build, under another artifact name where it is not there under its own."""
    ready = wait_for(build)
    if isinstance(ready, Ready) or ready.reason not in MAYBE_RENAMED or not build.task_id:
        return ready
    other = renamed(build)
    return other if isinstance(other, Missing) else wait_for(other)


News: TypeAlias = Fact | Answer
"""What comes of an attempt: facts, and at most one answer, which is the last."""


class Attempt:
    """A test that is to be done, or being done. `run` it once, in any thread.

    ticket: for the build. renamed, prepare: see Hands. begin: called when the build is there;
    returns the number of the test.
    """

    def __init__(
        self,
        step: TestBuild,
        ticket: Ticket,
        tester: Tester,
        *,
        fetcher: Fetcher,
        renamed: Callable[[Build], Build | Missing],
        prepare: Callable[[Path], Installed | launcher.Unusable],
        begin: Callable[["Attempt"], int],
    ) -> None:
        self.step = step
        self.began = Event()
        self.began_at = 0.0  # by the monotonic clock
        self.waited = 0.0  # seconds for the build
        self.size = 0  # bytes of its archive, where that is kept
        self.number = 0
        self._cancelled = Event()
        self._ticket = ticket
        self._tester = tester
        self._fetcher = fetcher
        self._renamed = renamed
        self._prepare = prepare
        self._begin = begin

    def run(self) -> Iterator[News]:
        """What is learnt, as it is learnt, and the answer; no answer without a build to judge.

        Raises BuildsError and whatever the tester does.
        """
        try:
            yield from self._run()
        except Cancelled:
            if not self.is_cancelled():
                raise

    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Have it end soon, whatever comes of it. From any thread, and again while it goes on: a
        test that only just begins may not notice.
        """
        self._cancelled.set()
        self._ticket.cancel()
        self._tester.cancel()

    def _run(self) -> Iterator[News]:
        begun = time.monotonic()
        ready = self._ticket.wait()
        if isinstance(ready, Missing) and ready.reason in MAYBE_RENAMED and self.step.build.task_id:
            renamed = self._renamed(self.step.build)
            if isinstance(renamed, Build):
                yield BuildFound(renamed)
                self._ticket = self._fetcher.want(renamed, NEEDED)
                ready = self._ticket.wait()
            else:
                ready = renamed
        self.waited = time.monotonic() - begun
        if isinstance(ready, Missing):
            yield BuildMissing(ready)
            return
        with ready:
            self.size = _size(ready.archive)
            yield from self._judged(ready)

    def _judged(self, ready: Ready) -> Iterator[News]:
        installed = self._prepare(ready.folder)
        candidate = self.step.candidate
        if not isinstance(installed, Installed):
            reasons = (installed.reason,)
            yield BuildMissing(Missing(candidate.key, MissingReason.BROKEN, reasons))
            return
        yield from self._identified(installed)
        if self.is_cancelled():
            return
        self.began_at = time.monotonic()
        self.number = self._begin(self)
        subject = Subject(
            candidate, self.step.build, installed, ready.archive, self.step.purpose, self.number
        )
        answer = self._tester.test(subject)
        while isinstance(answer, Retry):
            answer = Stop() if self.is_cancelled() else self._tester.test(subject)
        yield answer

    def _identified(self, installed: Installed) -> Iterator[SourceIdentified]:
        """The source of the build, which every build carries in itself."""
        candidate = self.step.candidate
        if isinstance(candidate, Push):
            revision: Revision | None = Revision(candidate.branch, candidate.tip)
        else:
            revision = installed.info.revision
        if revision is not None:
            yield SourceIdentified(candidate.key, revision, installed.info.platform)


def _size(archive: Path) -> int:
    try:
        return archive.stat().st_size
    except OSError:
        return 0
