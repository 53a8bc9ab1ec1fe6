"""`serve` and `load` are killed while pings come in: nothing acknowledged is lost or doubled."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from http.client import HTTPConnection, HTTPException

from common import (
    Figure,
    Home,
    Server,
    conclude,
    new_home,
    packed,
    path,
    progress,
    serving,
    usage,
    usage_rows,
    uuid,
)

from mozpipeline.definitions.history import shipped
from mozpipeline.load.loader import loading

KILLS = 50
THREADS = 8
PING = packed(usage())


class Senders:
    """Threads that send until they are told to stop, over whatever server there is."""

    def __init__(self) -> None:
        self.acknowledged: set[int] = set()
        self.server: Server | None = None
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(n,)) for n in range(THREADS)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _send(self, number: int) -> None:
        while not self._ended.is_set():
            if (server := self.server) is None:
                time.sleep(0.01)
                continue
            connection = HTTPConnection("127.0.0.1", server.port, timeout=5)
            try:
                while not self._ended.is_set():
                    connection.request("POST", path(number), PING)
                    answer = connection.getresponse()
                    answer.read()
                    if answer.status == 200:
                        self.acknowledged.add(number)
                        number += THREADS
            except (OSError, HTTPException):
                time.sleep(0.01)
            finally:
                connection.close()


def kill_loader(home: Home, chance: random.Random) -> None:
    """Start a loader and kill it somewhere in its work."""
    command = [sys.executable, "-m", "mozpipeline", "load", "--data", str(home.folder)]
    with subprocess.Popen(
        [*command, "--every", "0.01"], stderr=subprocess.DEVNULL, start_new_session=True
    ) as loader:
        time.sleep(1.2 + chance.random() * 1.5)
        os.killpg(loader.pid, signal.SIGKILL)


def main() -> int:
    chance = random.Random(5)
    with new_home() as home:
        senders = Senders()
        try:
            for number in range(KILLS):
                progress(f"kill {number + 1} of {KILLS}, of each")
                with serving(home, "--rate", "0") as server:
                    senders.server = server
                    kill_loader(home, chance)
                    server.kill()
                    senders.server = None
        finally:
            senders.stop()
        with loading(home, shipped()) as loader:
            loader.run()
        rows = [row["document_id"] for row in usage_rows(home)]
    stored = set(rows)
    return conclude(
        [
            Figure(
                "acknowledged and lost", len({uuid(n) for n in senders.acknowledged} - stored), 0
            ),
            Figure("stored twice", len(rows) - len(stored), 0),
            Figure("acknowledged", len(senders.acknowledged)),
            Figure("kills of serve, and of load", KILLS),
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())
