"""A thousand of a hundred thousand clients ask for deletion. What is left of them?"""

import time

import pyarrow.parquet as pq
from common import (
    Figure,
    Home,
    conclude,
    deletion,
    new_home,
    packed,
    path,
    progress,
    received,
    request,
    usage,
    uuid,
)

from mozpipeline.definitions.history import shipped
from mozpipeline.load.loader import loading
from mozpipeline.load.rejects import mentioned

CLIENTS = 100_000
GONE = 1_000
DAYS = 60
NOON = 1_795_262_400_000_000
DAY = 86_400_000_000


def main() -> int:
    history = shipped()
    with new_home() as home:
        progress("making pings")
        received(
            home,
            (
                request(path(n), packed(usage(client=uuid(-n))), received=NOON - n % DAYS * DAY)
                for n in range(CLIENTS)
            ),
        )
        broken = (
            request(path(CLIENTS + n), packed({**usage(client=uuid(-n)), "metrics": 1}))
            for n in range(GONE * 2)
        )
        received(home, broken)
        progress("loading")
        with loading(home, history) as loader:
            loader.run()
        asked = [uuid(-n) for n in range(GONE)]
        received(
            home,
            (
                request(path(2 * CLIENTS + n, "deletion-request"), packed(deletion(client)))
                for n, client in enumerate(asked)
            ),
        )
        progress("erasing")
        start = time.monotonic()
        with loading(home, history) as loader:
            summary = loader.run()
        seconds = time.monotonic() - start
        left, others = traces(home, set(asked))
    return conclude(
        [
            Figure("erased clients with a trace in any file", left, 0),
            Figure("rows and rejects erased", summary.erased_rows),
            Figure("other clients lost", CLIENTS - GONE - others, 0),
            Figure("seconds", seconds),
        ]
    )


def traces(home: Home, asked: set[str]) -> tuple[int, int]:
    """How many of the clients any file names, plain or packed; how many others do have rows."""
    named: set[str] = set()
    clients: set[str] = set()
    for file in home.folder.rglob("*"):
        if not file.is_file():
            continue
        content = file.read_bytes()
        named |= asked & mentioned(content)
        named |= {one for one in asked if one.replace("-", "").encode() in content}
        if file.suffix == ".parquet" and "usage_v1" in str(file) and "_delta_log" not in str(file):
            rows = pq.read_table(file, partitioning=None).to_pylist()
            named |= asked & mentioned(repr(rows).encode())
            clients |= {row["client_info"]["client_id"] for row in rows}
    return len(named), len(clients)


if __name__ == "__main__":
    raise SystemExit(main())
