"""A page that tells its server what kind of browser visits it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Queue

from tests.real_firefox.serving import Answering, serving

# Add-ons leave marks on the page: an attribute for each of them.
_PAGE = b"""\
<!DOCTYPE html>
<title>Who is there?</title>
<script>
  addEventListener("load", () => fetch("/told", {
    method: "POST",
    body: JSON.stringify(document.documentElement.getAttributeNames()),
  }));
</script>
"""


@dataclass(frozen=True)
class Visit:
    """agent: the User-Agent. languages: Accept-Language. marks: what add-ons left on the page."""

    agent: str
    languages: str
    marks: list[str]


class Visits:
    """Those to the page at `url`."""

    def __init__(self, url: str, told: "Queue[Visit]") -> None:
        self.url = url
        self._told = told

    def next(self, patience: float = 60.0) -> Visit:
        """The next visit; Empty when nobody comes."""
        return self._told.get(timeout=patience)


@contextmanager
def visits() -> Iterator[Visits]:
    told: Queue[Visit] = Queue()

    class Handler(Answering):
        def do_GET(self) -> None:  # noqa: N802 - the base calls it
            self.answer(_PAGE if self.path == "/" else b"")

        def do_POST(self) -> None:  # noqa: N802 - the base calls it
            marks = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            said = self.headers
            told.put(Visit(said["User-Agent"], said["Accept-Language"], marks))
            self.answer(b"")

    with serving(Handler) as url:
        yield Visits(url, told)
