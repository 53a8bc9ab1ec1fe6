"""Firefox-CI Taskcluster: index, queue, and the CDN its artifacts come from."""

from mozregression.sandbox.archives import Builds
from mozregression.sandbox.messages import Request, Response
from mozregression.sandbox.taskcluster.api import PAGE_LIMIT, answered
from mozregression.sandbox.taskcluster.artifacts import CDN, Artifacts
from mozregression.sandbox.taskcluster.hawk import Client
from mozregression.sandbox.taskcluster.index import INDEX, Index
from mozregression.sandbox.taskcluster.queue import QUEUE, Queue
from mozregression.sandbox.world import World

__all__ = ["PAGE_LIMIT", "Client", "Taskcluster"]


class Taskcluster:
    """Answers for a world.

    page_limit: how many entries a page holds at most. clients: who may sign requests; with any,
    builds are private.
    """

    def __init__(
        self,
        world: World,
        builds: Builds,
        *,
        page_limit: int = PAGE_LIMIT,
        with_length: bool = True,
        clients: tuple[Client, ...] = (),
    ) -> None:
        self._world = world
        self._artifacts = Artifacts(world, builds, private=bool(clients), with_length=with_length)
        index = Index(world, QUEUE, page_limit)
        queue = Queue(world, self._artifacts, page_limit, clients)
        self._services = {INDEX: index.serve, QUEUE: queue.serve}

    def respond(self, request: Request) -> Response | None:
        """The answer to a request; None when the path is none of Taskcluster's."""
        path = request.path
        if path.startswith(CDN):
            return self._artifacts.fetched(request, path.removeprefix(CDN))
        for root, serve in self._services.items():
            if path.startswith(root):
                return answered(request, path.removeprefix(root), serve, self._world.now)
        return None
