"""How far builds have come."""

from dataclasses import dataclass

from mozregression.builds.progress import Progress, State
from mozregression.builds.sizes import human_size
from mozregression.reports.wording import named
from mozregui.words import tr


@dataclass(frozen=True, slots=True)
class Download:
    """fraction: from 0 to 1, None while nobody knows. told: how far it has come, how fast it comes
    and when it will be there.
    """

    name: str
    fraction: float | None
    told: str
    ready: bool


class Downloads:
    """All builds under way: the one that is needed, and likely next ones."""

    def __init__(self) -> None:
        self._latest: dict[str, Progress] = {}
        self.needed: str | None = None

    def hear(self, progress: Progress) -> None:
        self._latest[progress.build.candidate] = progress

    def clear(self) -> None:
        self._latest.clear()

    def of(self, key: str | None) -> Download | None:
        progress = self._latest.get(key) if key else None
        return download(progress) if progress else None

    @property
    def ahead(self) -> Download | None:
        """The likely next build that has come furthest; None when none is wanted."""
        others = [download(one) for key, one in self._latest.items() if key != self.needed]
        return max(others, key=lambda one: (one.ready, one.fraction or 0.0), default=None)


def download(progress: Progress) -> Download:
    fraction = min(1.0, progress.done / progress.total) if progress.total else None
    ready = progress.state is State.READY
    return Download(named(progress.build.candidate), fraction, _told(progress), ready=ready)


def _told(progress: Progress) -> str:
    parts = [_state(progress.state)]
    if progress.state is State.DOWNLOADING:
        done = human_size(progress.done)
        total = human_size(progress.total) if progress.total else ""
        parts.append(tr("{done} of {total}").format(done=done, total=total) if total else done)
        if progress.rate > 0:
            parts.append(tr("{rate}/s").format(rate=human_size(progress.rate)))
            if progress.total:
                left = (progress.total - progress.done) / progress.rate
                parts.append(tr("{time} left").format(time=_time(left)))
    return " · ".join(parts)


def _state(state: State) -> str:
    return {
        State.DOWNLOADING: tr("downloading"),
        State.CHECKING: tr("checking"),
        State.UNPACKING: tr("unpacking"),
        State.READY: tr("ready"),
    }[state]


def _time(seconds: float) -> str:
    if seconds < 60:
        return tr("{seconds} s").format(seconds=max(1, round(seconds)))
    return tr("{minutes} min {seconds} s").format(
        minutes=int(seconds // 60), seconds=round(seconds % 60)
    )
