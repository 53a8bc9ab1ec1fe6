"""Twenty thousand generated requests, most of them wrong: no crash, each is accounted for.

Half are made here, of bytes: bombs, nesting, double keys, broken gzip. The others are made by
schemathesis and Hypothesis of docs/pipeline/openapi.yaml.
"""

import gzip
import json
import random
from collections import Counter
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import quote

import psutil
import requests
from common import Figure, Server, conclude, new_home, outcomes, progress, serving, usage, uuid
from hypothesis import HealthCheck, Phase, given, settings

import described
from mozpipeline.definitions.history import shipped
from mozpipeline.load.loader import loading

MADE_HERE = 10_000
DESCRIBED = 10_000
MEGABYTES = 400
APP = "org-mozilla-mozregression"

Chance = random.Random


def anything(chance: Chance, depth: int = 0) -> Any:
    """Some JSON."""
    kind = chance.randrange(9 if depth < 5 else 6)
    if kind > 6:
        return {text(chance): anything(chance, depth + 1) for _ in range(chance.randrange(5))}
    if kind == 6:
        return [anything(chance, depth + 1) for _ in range(chance.randrange(5))]
    numbers = (0, -1, 2**31, 2**63, -(2**70), 1.5, 1e308)
    return [None, True, False, text(chance), chance.choice(numbers), "x" * chance.randrange(3000)][
        kind
    ]


def text(chance: Chance) -> str:
    letters = "abz.09-_ /\\\"'\x00\x1f\n\u00e9\u202e\U0001f600"
    return "".join(chance.choice(letters) for _ in range(chance.randrange(12)))


def path(chance: Chance) -> str:
    if chance.random() < 0.7:
        ping = chance.choice(["usage", "retention", "deletion-request", "usage", text(chance)])
        app = APP if chance.random() < 0.95 else text(chance)
        document = uuid(chance.randrange(10**9)) if chance.random() < 0.95 else text(chance)
        version = chance.choice(["1", "1", "1", "1", "2", "x", "99999"])
        return f"/submit/{quote(app)}/{quote(ping)}/{version}/{quote(document)}"
    if chance.random() < 0.3:
        parts = [uuid(chance.randrange(10**9)), "main", "Firefox", "1", "nightly", text(chance)]
        return "/submit/telemetry/" + "/".join(quote(part) for part in parts)
    return "/submit/" + quote(
        text(chance), safe=chance.choice(["/", "/.%", ""])
    ) * chance.randrange(9)


def mutated(chance: Chance) -> bytes:
    """A ping with something in it replaced."""
    ping: Any = usage()
    place = ping
    for _ in range(chance.randrange(4)):
        key = chance.choice(list(place)) if place else "x"
        if not isinstance(place.get(key), dict) or chance.random() < 0.3:
            place[key] = anything(chance)
            break
        place = place[key]
    place[chance.choice([*place, text(chance)])] = anything(chance)
    return json.dumps(ping).encode("utf-8", "surrogatepass")


def doubled(chance: Chance) -> bytes:
    return mutated(chance).replace(b"{", b'{"client_info": 1, ', 1)


def deep(chance: Chance) -> bytes:
    opening = chance.choice([b"[", b'{"a":'])
    return opening * chance.randrange(1, 200_000)


def bomb(chance: Chance) -> bytes:
    return gzip.compress(bytes(chance.randrange(1, 60) * 2**20), 9)


def cut(chance: Chance) -> bytes:
    packed = gzip.compress(mutated(chance))
    return packed[: chance.randrange(len(packed))]


def noise(chance: Chance) -> bytes:
    return chance.randbytes(chance.randrange(5000))


def huge(chance: Chance) -> bytes:
    return json.dumps({"client_info": {"os": "x" * chance.randrange(2_000_000)}}).encode()


def twice(chance: Chance) -> bytes:
    return gzip.compress(gzip.compress(mutated(chance)))


USUAL: list[Callable[[Chance], bytes]] = [mutated, doubled, cut, noise, twice]
RARE: list[Callable[[Chance], bytes]] = [deep, bomb, huge]


def headers(chance: Chance) -> dict[str, str]:
    found = {"Content-Encoding": chance.choice(["gzip", "identity", "br", "gzip, gzip"])}
    if chance.random() < 0.3:
        found["X-Debug-ID"] = "t" * chance.randrange(2000)
    if chance.random() < 0.1:
        found["Content-Type"] = chance.choice(["text/plain", "multipart/form-data", "x" * 3000])
    return found


def memory(server: Server) -> float:
    """Megabytes that the receiver and its worker have."""
    process = psutil.Process(server.process.pid)
    everyone = [process, *process.children(recursive=True)]
    return sum(one.memory_info().rss for one in everyone) / 1e6


class Tally:
    """Answers by status, 0 for none, and the most memory the receiver had meanwhile."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.statuses: Counter[int] = Counter()
        self.peak = 0.0

    def add(self, status: int) -> None:
        self.statuses[status] += 1
        if (total := self.statuses.total()) % 500 == 0:
            progress(f"{total} of {MADE_HERE + DESCRIBED}")
            self.peak = max(self.peak, memory(self._server))


def send_made_here(server: Server, tally: Tally) -> None:
    chance = random.Random(11)
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    for _ in range(MADE_HERE):
        make = chance.choice(RARE if chance.random() < 0.02 else USUAL)
        method = chance.choice(["POST"] * 19 + ["PUT"])
        try:
            connection.request(method, path(chance), make(chance), headers(chance))
            answer = connection.getresponse()
            answer.read()
            tally.add(answer.status)
        except (OSError, HTTPException):
            tally.add(0)
            connection.close()
    connection.close()


def send_described(server: Server, tally: Tally) -> None:
    base = f"http://127.0.0.1:{server.port}"
    end = tally.statuses.total() + DESCRIBED
    with requests.Session() as session:

        @settings(
            max_examples=250,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(described.requests(submissions_only=True))
        def send(case: Any) -> None:
            if tally.statuses.total() == end:
                return
            try:
                answer = session.request(**case.as_transport_kwargs(base_url=base), timeout=30)
                tally.add(answer.status_code)
            except requests.RequestException:
                tally.add(0)

        while tally.statuses.total() < end:
            send()


def main() -> int:
    with new_home() as home:
        with serving(home, "--rate", "0") as server:
            tally = Tally(server)
            send_made_here(server, tally)
            send_described(server, tally)
            counted = server.metrics()
            peak = max(tally.peak, memory(server))
            alive = server.ask("GET", "/__heartbeat__").status == 200
        with loading(home, shipped()) as loader:
            loader.run()
        ended = sum(
            count for (outcome, _), count in outcomes(home).items() if outcome != "unknown_field"
        )
    statuses = tally.statuses
    print(dict(statuses), dict(counted))
    return conclude(
        [
            Figure("the receiver lives", float(alive), 1, at_least=True),
            Figure("answers that are 5xx", sum(n for s, n in statuses.items() if s >= 500), 0),
            Figure("requests without an answer", statuses[0], 0),
            Figure(
                "requests the receiver did not count", statuses.total() - sum(counted.values()), 0
            ),
            Figure("accepted, without an outcome", counted["accepted"] - ended, 0),
            Figure("memory of the receiver", peak, MEGABYTES, unit=" MB"),
            Figure("accepted", counted["accepted"]),
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())
