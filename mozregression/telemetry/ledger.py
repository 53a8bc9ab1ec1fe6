"""Copies of pings: what a person is shown, and how the helper knows what it has done.

A record becomes a ping in steps: the intent is written; the SDK stores the ping under a new
document id; the ping is copied, with the intent's token; the record is removed. Whatever step
the helper is killed at, the next one can tell whether the SDK has the ping already: a stored
ping without a copy can only be the intended one, as there is never more than one at a time.
So a record never becomes two pings.
"""

import json
import os
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mozregression.telemetry.outbox import DAY, Outbox, read, write

KEPT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Ping:
    """A ping as it goes out. at: when it was made; sent: when a server took it, None before.

    Both are UTC seconds. answer: what the server said last. headers: those that the SDK adds.
    token: of the intent that it carries out.
    """

    document_id: str
    name: str
    path: str
    at: float
    body: Any
    headers: dict[str, str]
    sent: float | None = None
    answer: str = ""
    token: str = ""


class Ledger:
    """The copies in an outbox. Methods raise OSError unless they say otherwise."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def pings(self) -> list[Ping]:
        """All copies, the oldest first. Never raises."""
        found = []
        with suppress(OSError):
            for file in self._outbox.kept.glob("*.json"):
                with suppress(TypeError):
                    found.append(Ping(**read(file)))
        return sorted(found, key=lambda ping: ping.at)

    def find(self, document_id: str) -> Ping | None:
        """Never raises."""
        with suppress(TypeError):
            return Ping(**read(self._file(document_id)))
        return None

    def keep(self, ping: Ping) -> None:
        self._outbox.kept.mkdir(parents=True, exist_ok=True)
        write(self._file(ping.document_id), asdict(ping))

    # Intents

    def intend(self, files: Iterable[Path], *, counted: int | None = None) -> None:
        """What is done next will make these files needless. counted: see `counted_before`."""
        names = [str(file.relative_to(self._outbox.folder)) for file in files]
        intent = {"token": os.urandom(8).hex(), "files": names, "counted": counted}
        write(self._outbox.intent, intent)

    @property
    def token(self) -> str:
        return str(self._intent().get("token", ""))

    def counted_before(self, file: Path) -> int | None:
        """The count that the SDK held before a tally was added to it; None when that was not
        begun. Never raises.
        """
        intent = self._intent()
        if file.name in [Path(name).name for name in intent.get("files", ())]:
            count: int | None = intent.get("counted")
            return count
        return None

    def settle(self) -> None:
        """Copy the ping that delivery did not come to, and finish what was begun."""
        for file in self._outbox.pending():
            if self.find(file.name) is None:
                path, body, *rest = file.read_text(encoding="utf-8").splitlines()
                self.keep(self.new(path, body, json.loads(rest[0]).get("headers") if rest else {}))
        self._fulfil()

    def new(self, path: str, body: str, headers: dict[str, str] | None) -> Ping:
        """The ping that the intent is about. path: as the server is asked for it."""
        *_, name, _, document_id = path.split("/")
        at = time.time()
        shown = dict(headers or {})
        return Ping(document_id, name, path, at, json.loads(body), shown, token=self.token)

    def prune(self) -> None:
        """Remove copies that are old enough, of pings that are over. Never raises."""
        pending = {file.name for file in self._outbox.pending()}
        with suppress(OSError):
            for file in self._outbox.kept.iterdir():
                old = time.time() - file.stat().st_mtime > KEPT_DAYS * DAY
                if old and file.stem not in pending:
                    file.unlink()

    def _fulfil(self) -> None:
        """Remove the files of the intent, if its ping is kept. Never raises."""
        token = self.token
        if token and any(ping.token == token for ping in self.pings()):
            for name in self._intent()["files"]:
                with suppress(OSError):
                    (self._outbox.folder / name).unlink()

    def _intent(self) -> dict[str, Any]:
        intent = read(self._outbox.intent)
        return intent if isinstance(intent, dict) else {}

    def _file(self, document_id: str) -> Path:
        return self._outbox.kept / f"{document_id}.json"
