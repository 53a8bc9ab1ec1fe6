"""Services and builds for whoever needs builds: a bisection, or a single launch."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from mozregression.builds.fetcher import Fetcher
from mozregression.builds.progress import Progress
from mozregression.builds.store import Store
from mozregression.driver.events import Fetching, Listener
from mozregression.driver.places import Places
from mozregression.driver.settings import Settings
from mozregression.model.apps import APPS, Platform
from mozregression.model.builds import Build
from mozregression.model.request import Request
from mozregression.services.credentials import Credentials
from mozregression.services.endpoints import Endpoints
from mozregression.services.gateway import Services
from mozregression.services.http import Exchange

_GIBIBYTE = 1 << 30
_CONNECT = 10.0  # seconds; a host that is there answers sooner


@dataclass(frozen=True, slots=True)
class Supplies:
    """kept: builds that are on disk. cancel: give up requests under way."""

    services: Services
    fetcher: Fetcher
    kept: Callable[[], Iterable[Build]]
    cancel: Callable[[], None]


@contextmanager
def supplied(
    request: Request,
    settings: Settings,
    places: Places,
    endpoints: Endpoints,
    listener: Listener,
    *,
    credentials: Credentials | None = None,
    on_request: Callable[[Exchange], None] | None = None,
) -> Iterator[Supplies]:
    """Services and builds for the app, platform and build type of a request."""
    cancelled = threading.Event()
    if settings.archive:
        endpoints = replace(endpoints, archive=settings.archive)
    with ExitStack() as stack:
        services = Services(
            endpoints,
            APPS[request.app],
            Platform(request.os, request.arch),
            request.build_type,
            now=datetime.now(timezone.utc),
            lang=request.lang,
            # Only the real services' answers never change; a stand-in's do with its world.
            cache=places.answers if endpoints == Endpoints() else None,
            credentials=credentials,
            on_request=on_request,
            cancelled=cancelled,
            timeouts=(min(_CONNECT, settings.http_timeout), settings.http_timeout),
        )
        stack.enter_context(closing(services))
        store = Store(
            Path(settings.persist) if settings.persist else places.builds,
            _limit(settings),
            services.http,
            services.checksum_of,
        )
        fetcher = stack.enter_context(closing(Fetcher(store, listener=_announcing(listener))))
        yield Supplies(services, fetcher, store.kept, cancelled.set)


def _limit(settings: Settings) -> int | None:
    return round(settings.persist_limit * _GIBIBYTE) or None


def _announcing(listener: Listener) -> Callable[[Progress], None]:
    return lambda progress: listener(Fetching(progress))
