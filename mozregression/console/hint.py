"""One line at the end of a run, when a newer mozregression is out."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

from mozregression.driver.release import PAGE, Looking
from mozregression.services.endpoints import VARIABLE, Endpoints


@contextmanager
def hinted(
    *,
    wanted: bool,
    endpoints: Endpoints | None = None,
    environment: Mapping[str, str] = os.environ,
    out: TextIO | None = None,
) -> Iterator[None]:
    """Looks for a release while the block runs, and tells of one at its end.

    Nothing waits for that, and only people at a terminal are told: no programs, no services
    that build and test, nobody who works with stand-ins for the services.
    """
    out = out or sys.stderr
    people = out.isatty() and not environment.get("CI") and not environment.get(VARIABLE)
    looking = Looking(endpoints or Endpoints()) if wanted and people else None
    yield
    if looking and (version := looking.newer()):
        print(f"mozregression {version} is out: {PAGE}", file=out)
