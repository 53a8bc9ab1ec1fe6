"""A process that works on a session until it is killed.

Arguments: the journal's folder, and a session's id or "new". Prints the session's id, then
the number of each verdict once it is appended.
"""

import itertools
import sys
from datetime import date
from pathlib import Path

from mozregression.journal import Journal
from mozregression.model.bounds import DateBound
from mozregression.model.request import Request
from tests.journal.facts import verdict


def main(folder: str, session_id: str) -> None:
    journal = Journal(Path(folder))
    day = DateBound(date(2026, 5, 1))
    request = Request("firefox", "linux", "x86_64", "opt", day, day, asked_at=1)
    new = session_id == "new"
    with journal.create(request, {}) if new else journal.open(int(session_id)) as session:
        print(session.id, flush=True)
        for number in itertools.count(len(session.facts())):
            session.append(verdict(number))
            print(number, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
