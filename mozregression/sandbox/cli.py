"""`mozregression sandbox`: serve a world for whoever wants to try the tool offline."""

import argparse
import math
import time
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path

from mozregression.model.apps import AUTOLAND
from mozregression.sandbox import branches
from mozregression.sandbox.misbehaviour import Faults, Line
from mozregression.sandbox.sandbox import Manners, Sandbox
from mozregression.sandbox.taskcluster import Client
from mozregression.sandbox.world import OTHER_BRANCHES, World, WorldSpec

_READER = Client("sandbox/reader", "sandbox-token")
_CREDENTIALS = f"""\
Builds of pushes are private. To have them, put this in the config file:

  taskcluster-clientid = {_READER.client_id}
  taskcluster-accesstoken = {_READER.access_token}
"""
_FAULTS = [field.name for field in fields(Faults) if field.name not in {"seed", "paths"}]


def main(argv: Sequence[str]) -> int:
    """Serve until Ctrl-C. Returns the exit code."""
    options = _parser().parse_args(argv)
    if bool(options.cert) != bool(options.key):
        _parser().error("--cert and --key go together: a certificate chain and its key, as PEM")
    world = World(_spec(options))
    sandbox = Sandbox(
        world,
        faults=Faults(seed=options.seed, **{name: getattr(options, name) for name in _FAULTS}),
        line=Line(options.bandwidth, options.latency),
        manners=Manners(
            hg_redirect=options.hg_redirect, clients=(_READER,) if options.private else ()
        ),
        certificate=(options.cert, options.key) if options.cert else None,
        port=options.port,
    )
    try:
        with sandbox:
            print(usage(sandbox, reveal=options.reveal), flush=True)
            if options.private:
                print(_CREDENTIALS, flush=True)
            while True:
                time.sleep(1)
    except KeyboardInterrupt:
        print("\nThe sandbox is closed.")
    except OSError as error:
        print(f"The sandbox cannot serve on port {options.port}: {error}. Try another --port.")
        return 1
    return 0


def usage(sandbox: Sandbox, *, reveal: bool) -> str:
    """What to type to bisect a sandbox's world."""
    world = sandbox.world
    app, first, last = _bisected(world)
    lines = [
        f"A world of {world.spec.days} days is served at {sandbox.root} until Ctrl-C.",
        "Find its regression with:",
        "",
        f"  MOZREGRESSION_SERVICES={sandbox.root} mozregression \\",
        f"    {app}--good {first} --bad {last} --command '{{binary}} --check'",
        "",
    ]
    if reveal:
        push = world.culprit.push
        lines.append(f"The answer is {push.branch} push {push.id}, changeset {push.tip}.")
    return "\n".join(lines)


def _bisected(world: World) -> tuple[str, date, date]:
    """Which app can tell, as an option or nothing, and the outer days of its builds."""
    match world.spec.broken_on:
        case branches.COMM:
            nightlies, app = world.comm_nightlies, "--app thunderbird "
        case branches.BETA:
            return "--app devedition ", world.spec.first, world.spec.last
        case branches.RELEASE:
            return "--repo mozilla-release ", world.spec.first, world.spec.last
        case _:
            nightlies, app = world.nightlies, ""
    return app, nightlies[0].day, nightlies[-1].day


def _spec(options: argparse.Namespace) -> WorldSpec:
    today = date.today()  # noqa: DTZ011 - the world ends where the person is
    return WorldSpec(
        seed=options.seed,
        first=today - timedelta(days=options.days),
        days=options.days,
        pushes_a_day=options.pushes_a_day,
        now=today,
        all_apps=options.all_apps or options.broken_on != AUTOLAND,
        broken_on=options.broken_on,
        missing_rate=options.missing,
        broken_rate=options.broken,
        miss_rate=options.miss,
        dontbuild_rate=0.03,
        shippable_absent_rate=0.2,
        build_size=options.build_size,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mozregression sandbox", description=__doc__)
    add = parser.add_argument
    add("--port", type=int, default=0, help="port on 127.0.0.1 (default: any free one)")
    add("--seed", type=int, default=0, help="another seed is another world")
    add("--days", type=_count, default=60, help="days until today (default: %(default)s)")
    add("--pushes-a-day", type=_count, default=24, metavar="N", help="landings on autoland")
    add("--build-size", type=_count, default=200_000, metavar="BYTES", help="size of a build")
    add("--missing", type=_rate, default=0.05, metavar="RATE", help="candidates without a build")
    add("--broken", type=_rate, default=0.02, metavar="RATE", help="builds that cannot be used")
    add("--miss", type=_rate, default=0.0, metavar="RATE", help="bad builds that pass a check")
    add("--all-apps", action="store_true", help="not only Firefox for 64-bit Linux and Windows")
    add(
        "--broken-on",
        choices=(AUTOLAND, *OTHER_BRANCHES),
        default=AUTOLAND,
        metavar="BRANCH",
        help="where the change landed: %(choices)s (default: %(default)s)",
    )
    add("--private", action="store_true", help="builds of pushes need credentials")
    add("--bandwidth", type=float, default=math.inf, metavar="BYTES", help="bytes per second")
    add("--latency", type=float, default=0.0, metavar="SECONDS", help="wait of every request")
    add("--hg-redirect", action="store_true", help="hg sends clients on to its edge")
    add("--cert", type=Path, metavar="PEM", help="serve HTTPS with this certificate chain")
    add("--key", type=Path, metavar="PEM", help="the certificate's key")
    add("--reveal", action="store_true", help="print the answer, too")
    faults = parser.add_argument_group("misbehaviour", "chances per request, from 0 to 1")
    for field in fields(Faults):
        if field.name in _FAULTS:
            flag = f"--fault-{field.name.replace('_', '-')}"
            seconds = field.name in {"retry_after", "slow_seconds"}
            kind = type(field.default) if seconds else _rate
            metavar = "SECONDS" if seconds else "RATE"
            faults.add_argument(
                flag, dest=field.name, type=kind, default=field.default, metavar=metavar
            )
    return parser


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 up")
    return value


def _rate(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not a chance from 0 to 1")
    return value
