"""The disk fills up under load: 503, nothing acknowledged is lost, and it goes on afterwards.

Needs root, to mount a small file system.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from common import (
    Figure,
    Home,
    conclude,
    packed,
    path,
    serving,
    usage,
    usage_rows,
    uuid,
)

from mozpipeline.definitions.history import shipped
from mozpipeline.load.loader import loading

SIZE = 12  # MiB
PINGS = 100_000  # more than there is room for
BULK = {"padding": Random(1).randbytes(6000).hex()}  # so that it takes fewer


@contextmanager
def small_disk() -> Iterator[Path]:
    with TemporaryDirectory(prefix="mozpipeline-bench-") as folder:
        options = ["-t", "tmpfs", "-o", f"size={SIZE}m", "tmpfs"]
        subprocess.run(["mount", *options, folder], check=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


def main() -> int:
    acknowledged: set[int] = set()
    refused = other = 0
    body = packed(usage() | BULK)
    with small_disk() as disk:
        home = Home(disk / "data")
        with TemporaryDirectory(prefix="mozpipeline-bench-") as elsewhere:
            options = ("--rate", "0", "--reserve", "0")
            with serving(home, *options, log=Path(elsewhere) / "log") as server:
                for number in range(PINGS):
                    status = server.post(path(number), body)
                    if status == 200:
                        acknowledged.add(number)
                    elif status == 503:
                        refused += 1
                        break
                    else:
                        other += 1
                before = len(acknowledged)
                subprocess.run(["mount", "-o", f"remount,size={SIZE * 8}m", disk], check=True)
                recovered = sum(server.post(path(PINGS + n), body) == 200 for n in range(50))
                acknowledged |= set(range(PINGS, PINGS + recovered))
        with loading(home, shipped()) as loader:
            loader.run()
        rows = {row["document_id"] for row in usage_rows(home)}
    lost = {uuid(number) for number in acknowledged} - rows
    return conclude(
        [
            Figure("acknowledged and lost", len(lost), 0),
            Figure("refused with 503", refused, 1, at_least=True),
            Figure("answers other than 200 and 503", other, 0),
            Figure("accepted again when there was room, of 50", recovered, 50, at_least=True),
            Figure("acknowledged before the disk was full", before),
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())
