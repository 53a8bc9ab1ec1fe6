"""Faults of services. Apart from the door, so that faces can name them without loading it."""


class ServiceError(Exception):
    """A service could not be used; the message says which, why and what to do next.

    status is the last HTTP status, None when no answer came. transient tells whether
    the same request may succeed later.
    """

    def __init__(
        self, message: str, *, url: str, status: int | None = None, transient: bool = False
    ) -> None:
        super().__init__(message)
        self.url = url
        self.status = status
        self.transient = transient


class TooLargeError(ServiceError):
    """The answer is larger than the caller is ready to hold."""


class Cancelled(Exception):  # noqa: N818 - the wish of the user, not an error
    """The user wants to stop; the request was given up."""
