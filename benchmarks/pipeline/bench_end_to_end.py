"""The real client bisects in the sandbox and tells our receiver: a row for each, and a page."""

import argparse
import subprocess
import time
from pathlib import Path

from common import Figure, conclude, harness, new_home, outcomes, progress, serving, usage_rows

from mozpipeline.ask import duck
from mozpipeline.ask.catalog import read_catalog
from mozpipeline.definitions.history import shipped
from mozpipeline.journal import journals, read_after
from mozpipeline.load.loader import loading
from mozpipeline.report.findings import find
from mozpipeline.report.page import page
from mozpipeline.retention.archive import Archive
from mozregression.sandbox.sandbox import Sandbox
from mozregression.sandbox.world import World, WorldSpec
from mozregression.telemetry.destination import VARIABLE

PATIENCE = 120  # seconds until the last ping is in


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    runs: int = parser.parse_args().runs
    history = shipped()
    today = harness.first_of(1)
    world = World(WorldSpec(first=harness.first_of(6), days=6, pushes_a_day=4, build_size=20_000))
    with new_home() as home, Sandbox(world) as sandbox, harness.new_home() as user:
        with serving(home, "--rate", "0") as server:
            told = {VARIABLE: f"http://127.0.0.1:{server.port}"}
            for number in range(runs):
                progress(f"bisection {number + 1} of {runs}")
                subprocess.run(
                    harness.console(
                        *harness.bounds(world), "--command", harness.INSTANT, "--no-confirm"
                    ),
                    env=user.environment(sandbox.root) | told,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    check=False,
                )
            deadline = time.monotonic() + PATIENCE
            while received_usages(home.journals) < runs and time.monotonic() < deadline:
                time.sleep(0.5)
        with loading(home, history) as loader:
            loader.run()
        rows = usage_rows(home)
        ended = outcomes(home)
        with duck.opened(read_catalog(home, history), today) as engine:
            text = page(find(engine, today, Archive(), threshold=1))
    rejected = sum(count for (outcome, _), count in ended.items() if outcome == "rejected")
    return conclude(
        [
            Figure(f"rows of {runs} bisections", len(rows), runs, at_least=True),
            Figure("rows too many", len(rows) - runs, 0),
            Figure("rejected", rejected, 0),
            # A development version is left out of analyses, so most pictures have nothing to show.
            Figure("pictures on the page", text.count("<svg"), 3, at_least=True),
        ]
    )


def received_usages(folder: Path) -> int:
    """Usage pings in the journals."""
    return sum(
        "/usage/" in entry.path
        for journal in journals(folder)
        for entry in read_after(journal, 0, 10**6, 2**30)
    )


if __name__ == "__main__":
    raise SystemExit(main())
