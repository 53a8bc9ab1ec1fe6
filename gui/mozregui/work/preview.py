"""What a request amounts to, found out before it begins."""

import threading
from dataclasses import dataclass
from typing import TypeAlias

from mozregression.driver.places import Places
from mozregression.driver.settings import Settings
from mozregression.driver.supplies import supplied
from mozregression.model.facts import Fact
from mozregression.model.report import Report
from mozregression.model.request import Request
from mozregression.model.steps import Finish, TestBuild
from mozregression.services.endpoints import Endpoints
from mozregression.services.errors import Cancelled
from mozregression.session import Found, Understanding, find_single, next_step, understand


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


@dataclass(frozen=True, slots=True)
class Meant:
    """There is such a build. told: which one, for a person."""

    told: str


Single: TypeAlias = Meant | Refused


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


def preview_single(
    request: Request,
    settings: Settings,
    places: Places,
    endpoints: Endpoints,
    cancelled: threading.Event,
) -> Single:
    """Ask services which build a request means. Raises ServiceError and Cancelled."""
    facts: list[Fact] = []
    with supplied(request, settings, places, endpoints, lambda _: None) as supplies:
        while not cancelled.is_set():
            match find_single(request, facts):
                case Found(told=told):
                    return Meant(told)
                case Report() as report:
                    return Refused(report.detail)
                case question:
                    facts.append(supplies.services.perform(question))
    raise Cancelled
