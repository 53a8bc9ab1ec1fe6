"""What a request amounts to, found out before it begins."""

import threading
from dataclasses import dataclass
from typing import TypeAlias

from mozregression.driver.places import Places
from mozregression.driver.settings import Settings
from mozregression.driver.supplies import supplied
from mozregression.model.facts import Fact
from mozregression.model.request import Request
from mozregression.model.steps import Finish, TestBuild
from mozregression.services.endpoints import Endpoints
from mozregression.services.errors import Cancelled
from mozregression.session import Understanding, next_step, understand


@dataclass(frozen=True, slots=True)
class Known:
    """facts: what was learnt on the way; a session of this request may begin with them."""

    understanding: Understanding
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The request cannot be carried out. why: for a person, naming the value."""

    why: str


Preview: TypeAlias = Known | Refused


def preview(
    request: Request,
    settings: Settings,
    places: Places,
    endpoints: Endpoints,
    cancelled: threading.Event,
) -> Preview:
    """Ask services until the request is understood. Raises ServiceError and Cancelled."""
    facts: list[Fact] = []
    with supplied(request, settings, places, endpoints, lambda _: None) as supplies:
        while not cancelled.is_set():
            understanding = understand(request, facts)
            if understanding:
                return Known(understanding, tuple(facts))
            step = next_step(request, facts)
            if isinstance(step, Finish):
                return Refused(step.report.detail)
            if isinstance(step, TestBuild):
                raise AssertionError("a test before the request was understood")  # noqa: TRY004
            facts.append(supplies.services.perform(step))
    raise Cancelled
