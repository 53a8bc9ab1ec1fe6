"""Services that ask a sandbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from mozregression.model.apps import APPS, LINUX_X86_64, Platform
from mozregression.model.builds import Build, Candidate, Missing
from mozregression.model.facts import BuildFound, BuildMissing
from mozregression.model.steps import FindBuild
from mozregression.sandbox import Faults, Manners, Sandbox, World, WorldSpec
from mozregression.services.credentials import Credentials
from mozregression.services.endpoints import Endpoints
from mozregression.services.gateway import Services
from mozregression.services.http import Exchange, Patience


@dataclass
class Asked:
    """A world behind a sandbox, the services that ask it, and the requests they made."""

    world: World
    root: str
    services: Services
    requests: list[Exchange]


@contextmanager
def asking(
    spec: WorldSpec,
    *,
    app: str = "firefox",
    platform: Platform = LINUX_X86_64,
    build_type: str | None = None,
    lang: str | None = None,
    faults: Faults | None = None,
    manners: Manners | None = None,
    cache: Path | None = None,
    credentials: Credentials | None = None,
) -> Iterator[Asked]:
    """build_type: None for the app's first."""
    world = World(spec)
    requests: list[Exchange] = []
    with Sandbox(world, faults=faults, manners=manners) as sandbox:
        services = Services(
            Endpoints.at(sandbox.root),
            APPS[app],
            platform,
            build_type or APPS[app].default_build_type,
            now=datetime.fromtimestamp(world.now, timezone.utc),
            lang=lang,
            cache=cache,
            credentials=credentials,
            on_request=requests.append,
            patience=Patience(first_pause=0.001, longest_pause=0.002),
        )
        yield Asked(world, sandbox.root, services, requests)
        services.close()


def found(services: Services, candidate: Candidate) -> Build:
    fact = services.perform(FindBuild(candidate))
    assert isinstance(fact, BuildFound), fact
    return fact.build


def missing(services: Services, candidate: Candidate) -> Missing:
    fact = services.perform(FindBuild(candidate))
    assert isinstance(fact, BuildMissing), fact
    return fact.missing


def fetched(services: Services, build: Build) -> bytes:
    with services.http.stream(build.url, headers={}) as answer:
        assert answer.status == 200
        return b"".join(answer.chunks(1 << 16))
