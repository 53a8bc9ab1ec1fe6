"""`mozregression activity`: what all sessions together did. Read from this machine alone."""

import os
import sys
from argparse import ArgumentTypeError
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from mozregression.builds.entries import Entry
from mozregression.console import kept
from mozregression.console.exits import EXIT_FAULT, EXIT_FOUND
from mozregression.driver.places import places
from mozregression.journal import JournalError
from mozregression.telemetry.activity import Activity, Kept
from mozregression.telemetry.activity.providers import sections
from mozregression.telemetry.activity.rendering import page, text


def main(argv: Sequence[str]) -> int:
    command = kept.parser("activity", "Tell what all sessions on this machine did.")
    command.add_argument("--html", type=_file, metavar="FILE", help="write a page with pictures")
    options = command.parse_args(argv)
    try:
        journal = kept.journal()
        records = [journal.read(summary.id) for summary in journal.sessions()]
    except JournalError as error:
        return kept.refuse(error)
    told = sections(Activity([Kept(record) for record in records], *_cache(places().builds)))
    if options.html is None:
        print(text(told), end="")
        return EXIT_FOUND
    try:
        day = f"{datetime.now().astimezone():%Y-%m-%d}"
        options.html.write_text(page(told, day), encoding="utf-8")
    except OSError as error:
        print(f"mozregression: {options.html} cannot be written: {error}", file=sys.stderr)
        return EXIT_FAULT
    print(f"Written: {options.html}")
    return EXIT_FOUND


def _file(text: str) -> Path:
    if not text:
        raise ArgumentTypeError("the name of a file is missing")
    return Path(text)


def _cache(folder: Path) -> tuple[int, int]:
    """Bytes of the builds kept in a folder, and how many builds that are."""
    with suppress(OSError):
        entries = [entry for each in folder.iterdir() if (entry := Entry.at(each))]
        return sum(_size(entry.folder) for entry in entries), len(entries)
    return 0, 0


def _size(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        with suppress(OSError):  # something went meanwhile
            total += sum(os.lstat(os.path.join(place, name)).st_size for name in names)  # noqa: PTH118 - quick
    return total
