"""What runs of tasks put out, and the CDN it is fetched from."""

import gzip
from base64 import b64encode
from collections.abc import Iterable
from functools import lru_cache
from random import Random

from mozregression.sandbox import blobs
from mozregression.sandbox.archives import Builds
from mozregression.sandbox.blobs import Blob
from mozregression.sandbox.messages import Headers, Request, Response, http_date, text
from mozregression.sandbox.taskcluster.api import ApiError
from mozregression.sandbox.taskcluster.outputs import Outputs
from mozregression.sandbox.taskcluster.tasks import (
    BUILD_SECONDS,
    Task,
    run_of,
    task_id,
    task_with,
)
from mozregression.sandbox.world import World

CDN = "/cdn/"

_ERROR_ARTIFACTS = ("public/cidata/sccache.log",)
_REFERENCES = ("public/logs/live.log",)
_PUBLIC = "public/"


class Artifacts:
    """private: builds are kept from the public. with_length: builds come with Content-Length."""

    def __init__(self, world: World, builds: Builds, *, private: bool, with_length: bool) -> None:
        self.world = world
        self._outputs = Outputs(world, builds)
        self._folder = "private/build/" if private else "public/build/"
        self._with_length = with_length
        self._hashes = lru_cache(maxsize=256)(self._hashes_of)

    def names(self, task: Task, run: int) -> list[str]:
        """Artifact names of a run, in no order that means anything."""
        last = run_of(self.world, task)
        if run > last:
            raise ApiError(404, "ResourceNotFound", f"Run {run} not found")
        names = ["public/logs/live_backing.log", *_REFERENCES, "project/private.log"]
        if run == last:
            names += [*_ERROR_ARTIFACTS, "public/chain-of-trust.json", *self._built(task)]
        Random(task.push.key).shuffle(names)
        return names

    def address(self, task: Task, run: int, name: str) -> str:
        """Path on the CDN; one that is signed, for what is private."""
        path = f"{CDN}{task_id(self.world, task)}/{run}/{name}"
        return path if name.startswith(_PUBLIC) else f"{path}?Signature={self._signature(path)}"

    def _built(self, task: Task) -> Iterable[str]:
        return (self._folder + name for name in self._outputs.names(task))

    def _signature(self, path: str) -> str:
        return self.world.digest("signature", path).hex()

    def fetched(self, request: Request, path: str) -> Response:
        """The answer of the CDN. What is private needs a signed URL, and no signature beside it."""
        slug, _, rest = path.partition("/")
        run, _, name = rest.partition("/")
        task = task_with(self.world, slug)
        known = task and run.isdigit() and int(run) <= run_of(self.world, task)
        if not task or not known or self.world.expires(task.push) <= self.world.now:
            return _refused(404, "NoSuchKey")
        if name not in self.names(task, int(run)) or storage_of(name) != "s3":
            return _refused(404, "NoSuchKey")
        if "authorization" in request.headers:
            return _refused(400, "InvalidArgument")
        private = not name.startswith(_PUBLIC)
        if private and self.address(task, int(run), name) != request.target:
            return _refused(403, "AccessDenied")
        body, encoding = self._stored(task, name)
        md5, crc = self._hashes(task, name)
        hashes = [f"md5={b64encode(md5).decode()}"]
        if crc is not None:
            hashes.insert(0, f"crc32c={b64encode(crc).decode()}")
        headers = (
            ("Content-Type", content_type(name)),
            ("ETag", f'"{md5.hex()}"'),
            ("Last-Modified", http_date(task.push.time + 600 + BUILD_SECONDS)),
            ("Accept-Ranges", "bytes"),
            ("x-goog-hash", ", ".join(hashes)),
            ("x-goog-stored-content-encoding", encoding),
            ("x-goog-stored-content-length", str(body.size)),
            ("Cache-Control", "public,max-age=604800"),
            ("Server", "UploadServer"),
        )
        if encoding == "gzip":
            return _decoded(request, self._body(task, name), body, headers)
        build = self._outputs.is_package(task, name.rpartition("/")[2])
        with_length = self._with_length or not build
        return Response(200, body, headers, build=build, ranges=True, with_length=with_length)

    def _hashes_of(self, task: Task, name: str) -> tuple[bytes, bytes | None]:
        body, _ = self._stored(task, name)
        return blobs.digest(body, "md5"), blobs.crc32c(body)

    def _stored(self, task: Task, name: str) -> tuple[Blob, str]:
        """What the bucket holds, and how it is encoded."""
        body = self._body(task, name)
        if not name.endswith((".txt", ".json", ".log")):
            return body, "identity"
        return blobs.of(gzip.compress(blobs.read(body), mtime=0)), "gzip"

    def _body(self, task: Task, name: str) -> Blob:
        return self._outputs.body(task, name.rpartition("/")[2])


def _decoded(request: Request, body: Blob, stored: Blob, headers: Headers) -> Response:
    """A file stored with gzip: as stored for who accepts that, else unpacked on the way."""
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(200, stored, (*headers, ("Content-Encoding", "gzip")))
    return Response(200, body, headers, with_length=False)


def _refused(status: int, code: str) -> Response:
    return text(f"<Error><Code>{code}</Code></Error>", status, "application/xml")


def storage_of(name: str) -> str:
    if name in _ERROR_ARTIFACTS:
        return "error"
    return "reference" if name in _REFERENCES else "s3"


def content_type(name: str) -> str:
    types = {
        "xz": "application/x-xz",
        "bz2": "application/x-bzip2",
        "zip": "application/zip",
        "json": "application/json",
        "txt": "text/plain",
        "log": "text/plain; charset=utf-8",
    }
    return types.get(name.rpartition(".")[2], "application/octet-stream")
