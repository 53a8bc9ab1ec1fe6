"""`mozregression telemetry`: what is told to Mozilla, exactly, and how to turn that off."""

import os
import re
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from mozregression.console.arguments import Parser
from mozregression.console.exits import EXIT_FAULT, EXIT_FOUND, EXIT_NO_ANSWER, EXIT_USAGE
from mozregression.driver.places import places
from mozregression.faces.telling import Telling, telling, text_of_ping, turn
from mozregression.settings.file import FileError, settings_of_person
from mozregression.telemetry.consent import Consent
from mozregression.telemetry.destination import Destination
from mozregression.telemetry.ledger import KEPT_DAYS, Ping
from mozregression.telemetry.outbox import Outbox

_TAG = re.compile(r"[a-zA-Z0-9-]{1,20}")
_MOST_TAGS = 5  # as the SDK has it


def main(argv: Sequence[str]) -> int:
    options = _parse(argv)
    try:
        if options.action in ("on", "off"):
            return _turn(options.action)
        told = telling(settings_of_person(), places().telemetry)
    except FileError as error:
        return _refuse(str(error))
    if options.action == "show":
        return _show(told, options)
    if options.debug_tag is not None or options.source_tag is not None:
        return _tag(told.box, told.will, options)
    if options.log:
        return _deliver(told.box, told.to)
    print("\n".join(_status(told)))
    return EXIT_FOUND


def _parse(argv: Sequence[str]) -> Namespace:
    command = Parser(
        prog="mozregression telemetry",
        description="Tell what is told to Mozilla, and turn that on or off.",
        allow_abbrev=False,
    )
    command.add_argument(
        "action",
        nargs="?",
        choices=("show", "on", "off"),
        help="show: the exact JSON of a ping (default: all that is known, in short)",
    )
    command.add_argument(
        "document", nargs="?", metavar="DOCUMENT-ID", help="the ping to show (default: the latest)"
    )
    command.add_argument("--ping", metavar="NAME", help="show the latest ping of this name")
    command.add_argument(
        "--debug-tag", metavar="TAG", help="mark pings from now on for a debug view; '': no more"
    )
    command.add_argument(
        "--source-tag",
        action="append",
        metavar="TAG",
        help="mark pings from now on as of this source; '': no more",
    )
    command.add_argument(
        "--log", action="store_true", help="deliver now what waits, and log what happens"
    )
    options = command.parse_args(argv)
    if options.action != "show" and (options.document or options.ping):
        command.error("only show takes a document id or a ping")
    return options


# What is known


def _status(told: Telling) -> Iterator[str]:
    box, will, to = told.box, told.will, told.to
    pings = told.pings()
    waiting = [ping for ping in pings if ping.sent is None]
    sent = [ping for ping in pings if ping.sent is not None]
    yield f"Telemetry: {'on' if will.given else 'off'}: {will.why}"
    if will.given and to.quiet:
        yield f"           but nothing is recorded here: {to.quiet}"
    yield f"Client id: {_client_id(box) or 'none'}"
    yield f"Endpoint:  {to.endpoint}"
    if records := len(list(box.records())) + len(box.tallies()):
        yield f"Recorded:  {records}, not sent yet"
    if box.withdrawn:
        yield "A deletion request has yet to go out."
    yield from _table("Pending", waiting)
    yield from _table(f"Sent in the last {KEPT_DAYS} days", sent)
    if pings:
        yield "\nWhat a ping says: mozregression telemetry show [DOCUMENT-ID]"


def _table(title: str, pings: list[Ping]) -> Iterator[str]:
    if pings:
        yield f"\n{title}:"
    for ping in pings:
        moment = datetime.fromtimestamp(ping.sent or ping.at).astimezone()
        line = f"  {moment:%Y-%m-%d %H:%M}  {ping.document_id}  {ping.name:17} {ping.answer}"
        yield line.rstrip()


def _client_id(box: Outbox) -> str:
    with suppress(OSError, ValueError):
        return (box.glean / "client_id.txt").read_text(encoding="ascii").strip()
    return ""


def _show(told: Telling, options: Namespace) -> int:
    fitting = [
        ping
        for ping in told.pings()
        if options.document in (None, ping.document_id) and options.ping in (None, ping.name)
    ]
    if not fitting:
        print(
            f"mozregression: there is no such ping. They are kept for {KEPT_DAYS} days; "
            "mozregression telemetry lists them.",
            file=sys.stderr,
        )
        return EXIT_NO_ANSWER
    print(text_of_ping(fitting[-1]))
    return EXIT_FOUND


# Changes


def _turn(word: str) -> int:
    """Raises FileError."""
    will = turn(word == "on", places().telemetry)
    print(f"Telemetry is {'on' if will.given else 'off'}: {will.why}")
    return EXIT_FOUND


def _tag(box: Outbox, will: Consent, options: Namespace) -> int:
    tags = [tag for tag in (options.debug_tag, *(options.source_tag or ())) if tag]
    wrong = next((tag for tag in tags if not _TAG.fullmatch(tag)), None)
    sources = [tag for tag in options.source_tag or () if tag]
    if wrong is not None:
        return _refuse(f"{wrong!r} is no tag: 1 to 20 letters, digits and dashes make one.")
    if len(sources) > _MOST_TAGS:
        return _refuse(f"A ping has {_MOST_TAGS} source tags at most.")
    if not will.given:
        return _refuse(f"Telemetry is off: {will.why}")
    try:
        box.mark(debug_tag=options.debug_tag, source_tags=options.source_tag and sources)
    except OSError as error:
        print(f"mozregression: {box.folder} cannot be written: {error}", file=sys.stderr)
        return EXIT_FAULT
    print(f"Pings from now on are marked: {' '.join(tags)}" if tags else "Pings are not marked.")
    return EXIT_FOUND


def _deliver(box: Outbox, to: Destination) -> int:
    if to.quiet:
        return _refuse(f"Nothing is sent from here: {to.quiet}")
    if not box.exists:
        print("Nothing waits.")
        return EXIT_FOUND
    from mozregression.telemetry import helper

    os.environ["GLEAN_LOG_PINGS"] = "true"
    return helper.main([str(box.folder)], log=True)


def _refuse(why: str) -> int:
    print(f"mozregression: {why}", file=sys.stderr)
    return EXIT_USAGE
