"""Where a request belongs, by its path alone."""

from typing import NamedTuple

from mozpipeline.journal import Entry
from mozpipeline.load import telemetry
from mozpipeline.load.counts import Subject
from mozpipeline.load.judge import Judges
from mozpipeline.load.seen import Seen
from mozpipeline.load.sinks import Sink, Tables
from mozpipeline.shape.schema import DELETION_REQUEST
from mozpipeline.shape.table import APPLICATION
from mozpipeline.wire.decode import GleanPath, TelemetryPath, document_id, read_path
from mozpipeline.wire.outcomes import Reason, Refusal

OTHER = "other"


class Route(NamedTuple):
    """For all requests to one app, ping and version.

    sink: where its pings go; None: nowhere, as the refusal says, or as it asks for deletion.
    """

    subject: Subject
    refusal: Refusal | None
    sink: Sink | None


class Addressed(NamedTuple):
    """A request and what its path says. document: its id's bytes, None when it is no UUID."""

    entry: Entry
    route: Route
    parts: GleanPath | TelemetryPath | None
    document: bytes | None


class Routes:
    """All routes there are. What senders make up shares a few, so memory stays bounded."""

    def __init__(self, judges: Judges, tables: Tables, seen: Seen) -> None:
        self._judges = judges
        self._tables = tables
        self._seen = seen
        self._known: dict[str, Route] = {}
        self._usual: dict[str, tuple[Route, GleanPath]] = {}
        """Good routes, by all of a path but the document id."""

    def address(self, entry: Entry) -> Addressed:
        start, _, text = entry.path.rpartition("/")
        if (usual := self._usual.get(start)) and (document := document_id(text)):
            route, (app, ping, version, _) = usual
            return Addressed(entry, route, GleanPath(app, ping, version, text), document)
        parts = read_path(entry.path)
        if parts is None:
            route = Route((OTHER, OTHER), Refusal(Reason.BAD_PATH), None)
            return Addressed(entry, route, None, None)
        route = self._route(parts)
        if isinstance(parts, GleanPath) and not route.refusal and text:
            self._usual[start] = route, parts
        return Addressed(entry, route, parts, document_id(parts.document))

    def _route(self, parts: GleanPath | TelemetryPath) -> Route:
        if isinstance(parts, TelemetryPath):
            return Route((telemetry.APP, OTHER), None, self._tables.documents(self._seen))
        if parts.app != APPLICATION:
            return Route((OTHER, OTHER), Refusal(Reason.UNKNOWN_APP), None)
        if parts.ping != DELETION_REQUEST and not self._judges.knows(parts.ping):
            return Route((APPLICATION, OTHER), Refusal(Reason.UNKNOWN_PING), None)
        if parts.version != "1":
            return Route((APPLICATION, parts.ping), Refusal(Reason.UNKNOWN_VERSION), None)
        if parts.ping not in self._known:
            asks = parts.ping == DELETION_REQUEST
            sink = None if asks else self._tables.ping(parts.ping, self._seen)
            self._known[parts.ping] = Route((APPLICATION, parts.ping), None, sink)
        return self._known[parts.ping]
