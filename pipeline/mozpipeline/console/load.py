"""`mozpipeline load`."""

import argparse
import signal
import threading

from mozpipeline.console.main import add_definitions, add_home
from mozpipeline.home import Home


def declare(parser: argparse.ArgumentParser) -> None:
    add_home(parser)
    add_definitions(parser)
    parser.add_argument(
        "--every", type=float, metavar="SECONDS", help="go on, with pauses, until ended"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from mozpipeline.definitions.history import read_history
    from mozpipeline.load.loader import loading
    from mozpipeline.logs import log, set_up_logs

    set_up_logs()
    ended = threading.Event()
    if options.every:
        signal.signal(signal.SIGTERM, lambda *_: ended.set())
        signal.signal(signal.SIGINT, lambda *_: ended.set())
    with loading(Home(options.data, options.store), read_history(options.definitions)) as loader:
        while True:
            summary = loader.run()
            if summary.outcomes or not options.every:
                log().info(
                    "loaded",
                    **summary.outcomes,
                    erased_clients=summary.erased_clients,
                    erased_rows=summary.erased_rows,
                    compacted_files=summary.compacted_files,
                )
            if not options.every or ended.wait(options.every):
                return 0
