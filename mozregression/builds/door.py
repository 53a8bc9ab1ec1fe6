"""What this room asks of the HTTP door in `services/`."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Protocol


class Answer(Protocol):
    """One HTTP answer of any status, redirects followed, its body not read yet."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Names are matched whatever their case."""
        ...

    @property
    def url(self) -> str: ...

    def chunks(self, size: int) -> Iterator[bytes]:
        """The body, at most `size` bytes at a time. Raises OSError or ServiceError on a break."""
        ...


class Door(Protocol):
    """Sends one GET without trying again; trying again is the download's business."""

    def stream(self, url: str, *, headers: Mapping[str, str]) -> AbstractContextManager[Answer]: ...
