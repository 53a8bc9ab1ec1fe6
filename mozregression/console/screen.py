"""The part of a terminal that moves: what goes on now, and downloads with rate and time left."""

from rich.console import Console, Group
from rich.live import Live
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.spinner import Spinner
from rich.text import Text

from mozregression.builds.progress import Progress as BuildProgress
from mozregression.builds.progress import State


class Screen:
    """Moves while it is open; closing takes everything off the terminal again."""

    def __init__(self, console: Console) -> None:
        self._now = Spinner("dots", Text(""))
        self._bars = Progress(
            TextColumn("  {task.description}", markup=False),
            BarColumn(bar_width=30),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=console,
        )
        self._tasks: dict[str, TaskID] = {}
        self._live = Live(
            Group(self._now, self._bars), console=console, transient=True, refresh_per_second=10
        )
        self._live.start()

    def close(self) -> None:
        self._live.stop()

    def say(self, text: str) -> None:
        """What goes on now."""
        self._now.update(text=Text(text, overflow="ellipsis", no_wrap=True))

    def fetching(self, progress: BuildProgress) -> None:
        """Show how far a build has come; one that is ready leaves the screen."""
        key = progress.build.candidate
        if progress.state is State.READY:
            task = self._tasks.pop(key, None)
            if task is not None:
                self._bars.remove_task(task)
            return
        if key not in self._tasks:
            self._tasks[key] = self._bars.add_task(key, total=progress.total)
        self._bars.update(
            self._tasks[key],
            description=f"{progress.state.value} {key.rpartition('/')[2]}",
            completed=progress.done,
            total=progress.total,
        )
