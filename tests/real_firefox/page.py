"""A page that tells its server whether scripts run in the browser that shows it."""

from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue

from tests.real_firefox.serving import Answering, serving

_PAGE = b"""\
<!DOCTYPE html>
<title>Scripts or not</title>
<noscript><img src="/no-scripts"></noscript>
<script>fetch("/scripts")</script>
"""


class Page:
    """Shown at `url`."""

    def __init__(self, url: str, told: "Queue[bool]") -> None:
        self.url = url
        self._told = told

    @property
    def was_shown(self) -> bool:
        """Whether `runs_scripts` need not wait."""
        return not self._told.empty()

    def runs_scripts(self, patience: float = 60.0) -> bool:
        """Whether scripts run in the next browser that shows the page; Empty when none does."""
        return self._told.get(timeout=patience)


@contextmanager
def page() -> Iterator[Page]:
    told: Queue[bool] = Queue()

    class Handler(Answering):
        def do_GET(self) -> None:  # noqa: N802 - the base calls it
            if self.path in ("/scripts", "/no-scripts"):
                told.put(self.path == "/scripts")
            self.answer(_PAGE if self.path == "/" else b"")

    with serving(Handler) as url:
        yield Page(url, told)
