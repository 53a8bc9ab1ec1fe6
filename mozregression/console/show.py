"""`mozregression show`: what a session asked, how that was understood, what it learnt."""

import shlex
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from mozregression.console import kept
from mozregression.console.exits import EXIT_FOUND
from mozregression.journal import JournalError, Record, State
from mozregression.reports import Account
from mozregression.reports.story import story
from mozregression.reports.wording import plain


def main(argv: Sequence[str]) -> int:
    command = kept.parser("show", "Tell what a session asked, learnt and found.")
    kept.add_session(command)
    options = command.parse_args(argv)
    try:
        record = kept.journal().read(options.session)
        told = [*_heading(record), *_learnt(record, kept.account(record))]
    except JournalError as error:
        return kept.refuse(error)
    print("\n".join(told))
    return EXIT_FOUND


def _heading(record: Record) -> Iterator[str]:
    summary, request = record.summary, record.summary.request
    begun = datetime.fromtimestamp(summary.created).astimezone()
    yield f"Session {summary.id}, begun {begun:%Y-%m-%d %H:%M}, {summary.state.value}"
    yield ""
    yield (
        f"Asked:   {request.app} for {request.os}-{request.arch}, {request.build_type}: "
        f"good {request.good}, bad {request.bad}"
    )
    yield f"Judge:   {plain(_judge(record.settings))}"


def _judge(settings: dict[str, Any]) -> str:
    program = settings.get("program")
    command = settings.get("command") or (shlex.join(map(str, program)) if program else "")
    return str(command) or "a person"


def _learnt(record: Record, account: Account) -> Iterator[str]:
    read = account.understanding
    if read:
        yield f"Good:    {read.good}"
        yield f"Bad:     {read.bad}"
        yield f"Range:   {read.candidates} candidates"
        yield f"Answer:  {read.granularity}"
    yield ""
    yield from story(record.facts)
    yield ""
    yield plain(account.report.detail)
    if record.summary.state is State.FINISHED:
        yield f"The whole report: mozregression report {record.summary.id}"
    elif record.summary.state is State.STOPPED:
        yield f"Go on with: mozregression resume {record.summary.id}"
