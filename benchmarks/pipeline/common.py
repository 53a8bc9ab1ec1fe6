"""What the pipeline's benchmarks share. Pings, servers and the figures are those of elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
sys.path += [str(ROOT / "benchmarks"), str(ROOT / "pipeline" / "tests")]

import harness  # noqa: E402
from harness import Figure, conclude, progress  # noqa: E402

from mozpipeline.home import Home  # noqa: E402
from pings import (  # noqa: E402
    deletion,
    outcomes,
    packed,
    path,
    received,
    request,
    usage,
    usage_rows,
    usages,
    uuid,
)
from servers import Server, free_port, serving  # noqa: E402

__all__ = [
    "Figure",
    "Home",
    "Server",
    "conclude",
    "deletion",
    "free_port",
    "harness",
    "new_home",
    "outcomes",
    "packed",
    "path",
    "progress",
    "received",
    "request",
    "serving",
    "usage",
    "usage_rows",
    "usages",
    "uuid",
]


@contextmanager
def new_home() -> Iterator[Home]:
    """A data folder that goes afterwards."""
    with TemporaryDirectory(prefix="mozpipeline-bench-") as folder:
        yield Home(Path(folder) / "data")
