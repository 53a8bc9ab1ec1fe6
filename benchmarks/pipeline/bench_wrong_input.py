"""Twenty thousand generated requests, most of them wrong: no crash, each is accounted for."""

import gzip
import json
import random
from collections import Counter
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import quote

import psutil
from common import Figure, Server, conclude, new_home, outcomes, progress, serving, usage, uuid

from mozpipeline.definitions.history import shipped
from mozpipeline.load.loader import loading

REQUESTS = 20_000
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


def main() -> int:
    chance = random.Random(11)
    statuses: Counter[int] = Counter()
    peak = 0.0
    with new_home() as home:
        with serving(home, "--rate", "0") as server:
            connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
            for number in range(REQUESTS):
                make = chance.choice(RARE if chance.random() < 0.02 else USUAL)
                method = chance.choice(["POST"] * 19 + ["PUT"])
                try:
                    connection.request(method, path(chance), make(chance), headers(chance))
                    answer = connection.getresponse()
                    answer.read()
                    statuses[answer.status] += 1
                except (OSError, HTTPException):
                    statuses[0] += 1
                    connection.close()
                if number % 1000 == 0:
                    progress(f"{number} of {REQUESTS}")
                    peak = max(peak, memory(server))
            connection.close()
            counted = server.metrics()
            peak = max(peak, memory(server))
            alive = server.ask("GET", "/__heartbeat__").status == 200
        with loading(home, shipped()) as loader:
            loader.run()
        ended = sum(
            count for (outcome, _), count in outcomes(home).items() if outcome != "unknown_field"
        )
    print(dict(statuses), dict(counted))
    return conclude(
        [
            Figure("the receiver lives", float(alive), 1, at_least=True),
            Figure("answers that are 5xx", sum(n for s, n in statuses.items() if s >= 500), 0),
            Figure("requests without an answer", statuses[0], 0),
            Figure("requests the receiver did not count", REQUESTS - sum(counted.values()), 0),
            Figure("accepted, without an outcome", counted["accepted"] - ended, 0),
            Figure("memory of the receiver", peak, MEGABYTES, unit=" MB"),
            Figure("accepted", counted["accepted"]),
        ]
    )


if __name__ == "__main__":
    raise SystemExit(main())
