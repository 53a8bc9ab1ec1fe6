"""The folder through which recording and sending meet.

    <endpoint>/       named after where its pings go, so that they never go elsewhere
        off           consent was withdrawn, and this is not yet dealt with
        lock          held by the one helper at work
        spool/        records, one a file, as they are written by bisections
        retention/    tallies that wait for the day of their ping
        sent          its time of change is when tallies were sent last
        intent        what the helper was about to do; see `ledger.py`
        kept/         copies of pings, one a file
        tags          debug tag and source tags of pings to come
        glean/        the SDK's own

All of it is small, written by atomic renames, and may vanish at any time.
"""

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from mozregression.telemetry.records import Record, Tally, from_json, to_json

DAY = 86400
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
_MOST = 500  # records; the SDK keeps no more pings either


class Outbox:
    """The outbox for one endpoint. Methods raise OSError unless they say otherwise."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.withdrawal = folder / "off"
        self.lock = folder / "lock"
        self.spool = folder / "spool"
        self.retention = folder / "retention"
        self.sent = folder / "sent"
        self.intent = folder / "intent"
        self.kept = folder / "kept"
        self.tags = folder / "tags"
        self.glean = folder / "glean"

    @property
    def endpoint(self) -> str:
        from urllib.parse import unquote

        return unquote(self.folder.name)

    @property
    def exists(self) -> bool:
        """Whether anything was ever recorded here that was not withdrawn since. Never raises."""
        return os.path.isdir(self.folder)  # noqa: PTH112 - unlike Path.is_dir it never raises

    @property
    def withdrawn(self) -> bool:
        return os.path.exists(self.withdrawal)  # noqa: PTH110 - the same

    # Recording

    def put(self, record: Record) -> None:
        """Hand a record to the helper."""
        name = f"{time.time_ns():020d}-{os.urandom(6).hex()}.json"
        self.spool.mkdir(parents=True, exist_ok=True)
        write(self.spool / name, to_json(record))

    def withdraw(self) -> None:
        """Forget what was recorded; the helper does the rest."""
        self.withdrawal.touch()
        for folder in (self.spool, self.retention, self.kept):
            shutil.rmtree(folder, ignore_errors=True)

    def mark(self, *, debug_tag: str | None, source_tags: list[str] | None) -> None:
        """Set the tags of pings to come; empty: none. None: they stay what they were."""
        tags = read(self.tags)
        tags = dict(tags) if isinstance(tags, dict) else {}
        if debug_tag is not None:
            tags["GLEAN_DEBUG_VIEW_TAG"] = debug_tag
        if source_tags is not None:
            tags["GLEAN_SOURCE_TAGS"] = ",".join(source_tags)
        self.folder.mkdir(parents=True, exist_ok=True)
        write(self.tags, {variable: value for variable, value in tags.items() if value})

    # The helper's side; nothing here raises

    def records(self) -> Iterator[tuple[Path, Record]]:
        """What waits in the spool, the oldest first. What cannot be read is removed."""
        files = _files(self.spool)
        for file in files[:-_MOST]:
            _remove(file)
        yield from _read(files[-_MOST:])

    def tallies(self) -> list[tuple[Path, Tally]]:
        """What waits for the day of the retention ping."""
        found = _read(_files(self.retention))
        return [(file, record) for file, record in found if isinstance(record, Tally)]

    def tallies_are_due(self) -> bool:
        """Whether a day has passed since they were first recorded, and since the last sending."""
        times = [_changed(file) for file in _files(self.retention)]
        now = time.time()
        return bool(times) and all(
            abs(now - since) >= DAY for since in (min(times), _changed(self.sent))
        )

    def has_pings(self) -> bool:
        """Whether the SDK has pings that are not delivered."""
        return any(self.pending()) or self.has_deletion_request()

    def pending(self) -> list[Path]:
        """The SDK's files of pings, named by document id: path, body and metadata, a line each."""
        return _files(self.glean / "pending_pings", "")

    def has_deletion_request(self) -> bool:
        return bool(_files(self.glean / "deletion_request", ""))

    def mend(self) -> None:
        """Make way for the SDK where something stands that it cannot have made."""
        database = self.glean / "db" / "data.safe.bin"
        for place, fits in ((self.glean, Path.is_dir), (database, Path.is_file)):
            if place.exists() and not fits(place):
                shutil.rmtree(place, ignore_errors=True)
                _remove(place)

    def clear(self) -> None:
        """Leave nothing."""
        shutil.rmtree(self.folder, ignore_errors=True)


def outbox(folder: Path, endpoint: str) -> Outbox:
    """folder: of all outboxes."""
    # As urllib.parse.quote does, which takes longer to import than this takes to run.
    name = "".join(
        chr(byte) if chr(byte) in _PLAIN else f"%{byte:02X}" for byte in endpoint.encode()
    )
    return Outbox(folder / name)


def outboxes(folder: Path) -> list[Outbox]:
    """All that there are. Never raises."""
    with suppress(OSError):
        return [Outbox(each) for each in sorted(folder.iterdir()) if each.is_dir()]
    return []


def write(file: Path, value: Any) -> None:
    """Put JSON in place at once. Raises OSError, and leaves nothing then."""
    new = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        new.write_text(json.dumps(value), encoding="utf-8")
        new.replace(file)
    except BaseException:
        _remove(new)
        raise


def read(file: Path) -> Any:
    """The JSON of a file; None when there is none that can be read."""
    with suppress(OSError, ValueError):
        return json.loads(file.read_text(encoding="utf-8"))
    return None


def _files(folder: Path, suffix: str = ".json") -> list[Path]:
    with suppress(OSError):
        return sorted(
            file
            for file in folder.iterdir()
            if file.name.endswith(suffix) and not file.name.startswith(".")
        )
    return []


def _read(files: list[Path]) -> Iterator[tuple[Path, Record]]:
    for file in files:
        record = from_json(read(file))
        if record:
            yield file, record
        else:
            _remove(file)


def _changed(file: Path) -> float:
    """Seconds since 1970; 0 when there is no such file."""
    with suppress(OSError):
        return file.stat().st_mtime
    return 0.0


def _remove(file: Path) -> None:
    with suppress(OSError):
        file.unlink()
