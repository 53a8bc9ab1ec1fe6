"""`mozpipeline serve`."""

import argparse
import os
import platform
import sys

from mozpipeline.console.main import add_definitions, add_home
from mozpipeline.home import Home
from mozpipeline.receive.limits import Limits

TOKEN = "MOZPIPELINE_TOKEN"  # the name of a variable


def declare(parser: argparse.ArgumentParser) -> None:
    add_home(parser)
    add_definitions(parser)
    usual = Limits()
    parser.add_argument("--address", default="127.0.0.1", help="default: %(default)s")
    parser.add_argument("--port", type=int, default=8000, help="default: %(default)s")
    parser.add_argument(
        "--workers", type=int, default=1, help="processes, each with its own journal"
    )
    parser.add_argument("--certificate", default="", metavar="FILE", help="PEM, for HTTPS")
    parser.add_argument("--key", default="", metavar="FILE", help="PEM, of the certificate")
    parser.add_argument("--load", action="store_true", help="also load, again and again")
    parser.add_argument(
        "--every", type=float, default=60, metavar="SECONDS", help="between loads (%(default)s)"
    )
    parser.add_argument(
        "--rate",
        type=float,
        default=usual.rate,
        help="pings a second one client may send in the long run; 0: any number (%(default)s)",
    )
    parser.add_argument(
        "--burst", type=float, default=usual.burst, help="pings it may send at once (%(default)s)"
    )
    parser.add_argument(
        "--body-seconds",
        type=float,
        default=usual.body_seconds,
        metavar="SECONDS",
        help="for a body to arrive (%(default)s)",
    )
    parser.add_argument(
        "--trust-proxy",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="a proxy whose X-Forwarded-For tells clients apart; may be given again",
    )
    parser.add_argument(
        "--reserve",
        type=int,
        default=64,
        metavar="MIB",
        help="of the disk that are left free for loading (%(default)s)",
    )
    parser.epilog = f"Reading endpoints need the token in the variable {TOKEN}."
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from mozpipeline.receive.app import Settings
    from mozpipeline.receive.serve import Listen, python_command, serve, version_of

    home = Home(options.data, options.store)
    settings = Settings(
        journal=home.journals,
        version={
            "version": version_of("mozregression"),
            "source": "https://github.com/mozilla/mozregression",
            "python": platform.python_version(),
        },
        token=os.environ.get(TOKEN, ""),
        trusted=frozenset(options.trust_proxy),
        reserve=options.reserve * 2**20,
        limits=Limits(rate=options.rate, burst=options.burst, body_seconds=options.body_seconds),
    )
    loader: list[str] = []
    if options.load:
        loader = python_command("load", "--data", str(options.data), "--every", str(options.every))
        loader += ["--store", options.store] if options.store else []
        loader += ["--definitions", str(options.definitions)] if options.definitions else []
    listen = Listen(
        options.address, options.port, options.workers, options.certificate, options.key
    )
    serve(settings, listen, loader)
    sys.stderr.flush()
    return 0
