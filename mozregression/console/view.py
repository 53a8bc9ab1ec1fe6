"""What happens, shown: bars and spinners on a terminal, plain lines in a pipe."""

from threading import RLock

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from mozregression.builds.progress import Progress as BuildProgress
from mozregression.builds.progress import State
from mozregression.console import wording
from mozregression.driver.events import (
    Asking,
    Event,
    Fetching,
    Judged,
    Testing,
    Understood,
    Unusable,
    WentBack,
)
from mozregression.model.verdicts import Verdict
from mozregression.session import Understanding

_COLOURS = {Verdict.GOOD: "green", Verdict.BAD: "red", Verdict.SKIP: "yellow"}


class View:
    """Listens to the driver. Safe to call from several threads.

    person: a person judges the builds, so that the screen must be still during a test.
    """

    def __init__(self, console: Console, *, person: bool) -> None:
        self._console = console
        self._person = person
        self._lock = RLock()
        self._bars: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._quiet = False

    def __call__(self, event: Event) -> None:
        with self._lock:
            self._show(event)

    def close(self) -> None:
        """Take moving things off the screen."""
        with self._lock:
            if self._bars is not None:
                self._bars.stop()
            self._bars = None
            self._tasks.clear()

    def _show(self, event: Event) -> None:
        match event:
            case Understood(understanding):
                self._understood(understanding)
            case Asking(step):
                self._spin(wording.doing(step))
            case Fetching(progress):
                self._fetching(progress)
            case Testing():
                self._testing(event)
            case Judged():
                self._judged(event)
            case Unusable(missing):
                self._line(wording.unusable(missing), "dim")
            case WentBack(possible):
                text = (
                    "Took the last verdict back."
                    if possible
                    else "There is no verdict to take back."
                )
                self._line(text, "yellow")

    def _understood(self, read: Understanding) -> None:
        self._line(f"Good:   {read.good}")
        self._line(f"Bad:    {read.bad}")
        self._line(f"Range:  {read.candidates} candidates")
        self._line(f"Answer: {read.granularity}")

    def _testing(self, event: Testing) -> None:
        step = event.step
        reason = wording.why(step.purpose)
        tail = f" · {reason}" if reason else ""
        self._line(
            f"Test {event.number} · {step.candidate} · {step.build.build_type}"
            f" · {wording.left(step.tests_left)}{tail}",
            "bold",
        )
        if self._person:
            self.close()
            self._quiet = True
        else:
            self._spin("Testing")

    def _judged(self, event: Judged) -> None:
        self._quiet = False
        note = f" · {event.note}" if event.note else ""
        self._line(
            f"  {event.verdict.value} ({event.seconds:.1f} s){note}", _COLOURS[event.verdict]
        )

    def _line(self, text: str, style: str = "") -> None:
        wide = not self._console.is_terminal
        self._console.print(text, style=style, markup=False, soft_wrap=wide)

    # Moving things

    def _live(self) -> Progress | None:
        """Bars on the screen; None where nothing may move."""
        if self._quiet or not self._console.is_terminal:
            return None
        if self._bars is None:
            self._bars = Progress(
                SpinnerColumn(),
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=30),
                DownloadColumn(),
                TransferSpeedColumn(),
                TimeRemainingColumn(),
                console=self._console,
                transient=True,
            )
            self._bars.start()
        return self._bars

    def _spin(self, text: str) -> None:
        bars = self._live()
        if bars is None:
            return
        self._console.set_window_title("mozregression")
        task = self._tasks.get("")
        if task is None:
            self._tasks[""] = bars.add_task(text, total=None)
        else:
            bars.update(task, description=text)

    def _fetching(self, progress: BuildProgress) -> None:
        bars = self._live()
        if bars is None:
            return
        key = progress.build.candidate
        if progress.state is State.READY:
            task = self._tasks.pop(key, None)
            if task is not None:
                bars.remove_task(task)
            return
        if key not in self._tasks:
            self._tasks[key] = bars.add_task(key, total=progress.total)
        bars.update(
            self._tasks[key],
            description=f"{progress.state.value} {key}",
            completed=progress.done,
            total=progress.total,
        )
