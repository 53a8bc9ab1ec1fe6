"""What happens, as one JSON object a line, for programs. docs/events.md describes every field."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from threading import Lock
from typing import Any, TextIO

from mozregression import __version__
from mozregression.driver.events import (
    Asking,
    Chosen,
    Event,
    Fetching,
    Judged,
    Reference,
    Testing,
    Understood,
    Unusable,
    WentBack,
)
from mozregression.faces import wording
from mozregression.model.request import Request
from mozregression.model.steps import TestBuild
from mozregression.reports import Account, data

VERSION = 1
"""One more whenever a program that reads events would have to change. New ones may come."""


class Stream:
    """Listens to the driver. Safe to call from several threads. clock: UTC seconds since 1970."""

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.time) -> None:
        self._out = out
        self._clock = clock
        self._lock = Lock()

    def __call__(self, event: Event) -> None:
        name, fields = _told(event)
        self._write(name, fields)

    def begun(self, session: int, request: Request) -> None:
        """The first event."""
        self._write(
            "session",
            {
                "version": VERSION,
                "mozregression": __version__,
                "id": session,
                "request": data.request(request),
            },
        )

    def finished(self, status: int, account: Account) -> None:
        """The last event of a session that came to an end."""
        self._write("finished", {"status": status, "report": data.document(account)})

    def stopped(self, status: int, why: str) -> None:
        """The last event of a session that can be resumed."""
        self._write("stopped", {"status": status, "why": why})

    def _write(self, name: str, fields: dict[str, Any]) -> None:
        line = json.dumps({"event": name, "at": int(self._clock()), **fields}, allow_nan=False)
        with self._lock:
            self._out.write(line + "\n")
            self._out.flush()


def _told(event: Event) -> tuple[str, dict[str, Any]]:  # noqa: PLR0911 - one for each event
    match event:
        case Understood(understanding):
            return "understood", {"understanding": data.understood(understanding)}
        case Asking(step):
            return "asking", {"question": type(step).__name__, "words": wording.doing(step)}
        case Fetching(progress):
            return "fetching", {
                "build": data.build(progress.build),
                "state": progress.state.value,
                "done": progress.done,
                "total": progress.total,
                "rate": progress.rate,
            }
        case Unusable(missing):
            return "unusable", {"missing": data.missing(missing)}
        case Chosen(step):
            return "chosen", {
                "candidate": data.candidate(step.candidate),
                "purpose": step.purpose.name,
                "chance_bad": step.chance_bad,
                "tests_left": step.tests_left,
                "span": data.span(step.span) if step.span else None,
                "why": asdict(step.why) if step.why else None,
                "belief": list(step.belief),
                "confidence": step.confidence,
            }
        case Testing(step, number):
            return "testing", {
                **_test(step, number),
                "chance_bad": step.chance_bad,
                "tests_left": step.tests_left,
            }
        case Judged(step, number, verdict, seconds, note):
            return "judged", {
                **_test(step, number),
                "verdict": verdict.name,
                "seconds": seconds,
                "note": note,
            }
        case WentBack(possible):
            return "went_back", {"possible": possible}
        case Reference(state, candidate, why):
            return "reference", {"state": state.value, "candidate": candidate, "why": why}


def _test(step: TestBuild, number: int) -> dict[str, Any]:
    return {
        "number": number,
        "candidate": data.candidate(step.candidate),
        "build": data.build(step.build),
        "purpose": step.purpose.name,
        "span": data.span(step.span) if step.span else None,
    }
