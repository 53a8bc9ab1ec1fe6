"""Asking a sandbox without a network."""

import json
from typing import Any

from mozregression.model.apps import AUTOLAND
from mozregression.model.builds import Push
from mozregression.sandbox import Manners, Sandbox, World, blobs
from mozregression.sandbox.messages import Request, Response, ranged
from mozregression.sandbox.world import BuildType

AGENT = "mozregression/8 (tests)"
ORIGIN = "http://sandbox.test"


class Asked:
    """One answer, read whole."""

    def __init__(self, response: Response) -> None:
        self.status = response.status
        self.body = blobs.read(response.body)
        self.text = self.body.decode("latin-1")
        self.header = response.header

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Asker:
    """Asks one world for things."""

    def __init__(self, world: World, manners: Manners | None = None) -> None:
        self.world = world
        self.sandbox = Sandbox(world, manners=manners)

    def get(self, target: str, **headers: str) -> Asked:
        return self.ask("GET", target, b"", **headers)

    def post(self, target: str, body: bytes = b"", **headers: str) -> Asked:
        return self.ask("POST", target, body, **headers)

    def ask(self, method: str, target: str, body: bytes, **headers: str) -> Asked:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(method, target, {"user-agent": AGENT} | given, body, ORIGIN)
        return Asked(ranged(request, self.sandbox.route(request)))


def some_push(world: World, build_type: BuildType = BuildType.OPT) -> Push:
    """An autoland push in the middle of a world that has such a build."""
    pushes = list(world.pushes(AUTOLAND))
    return next(push for push in pushes[len(pushes) // 2 :] if world.made(push, build_type))
