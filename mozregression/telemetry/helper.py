"""The process that turns records into pings and delivers them, apart from any bisection.

`helper FOLDER [retention]`; FOLDER: an outbox. One works on an outbox at a time; another leaves
at once, because whoever holds the lock looks for new records once more after letting go of it.
"""

import atexit
import os
import threading
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from mozregression.services.endpoints import Endpoints
from mozregression.telemetry.destination import ENDPOINT, destination
from mozregression.telemetry.ledger import Ledger
from mozregression.telemetry.outbox import Outbox, read
from mozregression.telemetry.records import Tally, Usage
from mozregression.telemetry.starting import RETENTION, start_helper

if TYPE_CHECKING:  # slow to import
    from mozregression.telemetry.sdk import Sdk
    from mozregression.telemetry.uploader import Uploader

_LONGEST = 900.0  # seconds, whatever a server does


def main(arguments: Sequence[str], *, log: bool = False) -> int:
    """Returns the exit status. log: have the SDK log to the standard error."""
    outbox = Outbox(Path(arguments[0]))
    if not outbox.exists or _is_out_of_place(outbox):
        return 0
    lock = FileLock(outbox.lock)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return 0
    _be_modest()
    seen = {path.name for path, _ in outbox.records()}
    # The SDK works on until its own handler at exit, which runs before this one.
    atexit.register(_hand_over, outbox, lock, seen, withdrawn=outbox.withdrawn)
    with suppress(OSError):  # a full disk, say: the next one goes on
        work(outbox, retention=RETENTION in arguments[1:], log=log)
    return 0


def work(outbox: Outbox, *, retention: bool = False, log: bool = False) -> None:
    """Do all that waits in an outbox whose lock is held.

    retention: send tallies, and nothing else, so that nobody can tell whose they are by the time.
    """
    ledger = Ledger(outbox)
    ledger.prune()
    withdrawn = outbox.withdrawn
    if withdrawn and not outbox.glean.exists() and not any(outbox.records()):
        outbox.clear()  # nothing was ever sent
        return
    due = outbox.tallies_are_due() if retention else any(outbox.records())
    if not (withdrawn or due or outbox.has_pings()):
        return
    outbox.mend()
    if not withdrawn:
        ledger.settle()
    _set_tags(outbox)
    from mozregression.telemetry.sdk import Sdk  # slow to import
    from mozregression.telemetry.uploader import Uploader

    uploader = Uploader(ledger)
    sdk = Sdk(outbox, uploader, enabled=not withdrawn, log=log)
    if withdrawn:
        if not any(outbox.records()):
            sdk.close()
            if not outbox.has_deletion_request():
                outbox.clear()
            return
        outbox.withdrawal.unlink()  # was withdrawn and given again
        sdk.enable()
    if retention:
        _send_tallies(outbox, ledger, sdk, uploader)
    else:
        _send_records(outbox, ledger, sdk, uploader)
    sdk.close()


def _send_records(outbox: Outbox, ledger: Ledger, sdk: "Sdk", uploader: "Uploader") -> None:
    for file, record in outbox.records():
        if uploader.gave_up or outbox.withdrawn:
            return  # the rest waits for better times
        if isinstance(record, Usage):
            ledger.intend([file])
            sdk.submit_usage(record)
            ledger.settle()
        else:
            _count(outbox, ledger, sdk, file, record)


def _count(outbox: Outbox, ledger: Ledger, sdk: "Sdk", file: Path, tally: Tally) -> None:
    """Count what was launched, and keep the tally for its day."""
    before = ledger.counted_before(file)
    if before is None:
        before = sdk.launched
        ledger.intend([file], counted=before)
    if sdk.launched == before and tally.launched:
        sdk.count_launched(tally.launched)
    outbox.retention.mkdir(exist_ok=True)
    file.replace(outbox.retention / file.name)


def _send_tallies(outbox: Outbox, ledger: Ledger, sdk: "Sdk", uploader: "Uploader") -> None:
    if not outbox.tallies_are_due():
        return
    kinds: dict[tuple[str, str], list[tuple[Path, Tally]]] = defaultdict(list)
    for file, tally in outbox.tallies():
        kinds[tally.app, tally.build_type].append((file, tally))
    for (app, build_type), tallies in sorted(kinds.items()):
        if uploader.gave_up or outbox.withdrawn:
            return
        ledger.intend([file for file, _ in tallies])
        sdk.submit_retention(app, build_type, [tally for _, tally in tallies])
        ledger.settle()
    outbox.sent.touch()


def _set_tags(outbox: Outbox) -> None:
    """The SDK reads them when it begins, and from the environment only."""
    tags = read(outbox.tags)
    if isinstance(tags, dict):
        for variable, value in tags.items():
            os.environ.setdefault(variable, value)


def _is_out_of_place(outbox: Outbox) -> bool:
    """Whether Mozilla would be told by a machine that builds and tests, or by a stand-in's user."""
    stand_in = Endpoints.from_environment(os.environ) != Endpoints()
    return outbox.endpoint == ENDPOINT and bool(destination(os.environ, stand_in=stand_in).quiet)


def _be_modest() -> None:
    """Whatever somebody does at this machine comes first; and nothing takes forever."""
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(10)
    watch = threading.Timer(_LONGEST, os._exit, (1,))
    watch.daemon = True
    watch.start()


def _hand_over(outbox: Outbox, lock: FileLock, seen: set[str], *, withdrawn: bool) -> None:
    """Let others at the outbox, and see to what came while they could not."""
    lock.release()
    new = {path.name for path, _ in outbox.records()} - seen
    if new or (outbox.withdrawn and not withdrawn):
        start_helper(outbox.folder)
