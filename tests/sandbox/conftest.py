import pytest

from mozregression.sandbox import World, WorldSpec
from tests.sandbox.helpers import Asker


@pytest.fixture(scope="session")
def world() -> World:
    """30 days, nothing missing or broken."""
    return World(WorldSpec(seed=3, days=30))


@pytest.fixture(scope="session")
def ask(world: World) -> Asker:
    return Asker(world)
