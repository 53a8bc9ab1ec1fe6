"""Faults of this room. What can be expected (a missing or broken build) is a value instead."""

from pathlib import Path

from mozregression.builds.sizes import human_size


class BuildsError(Exception):
    """A build cannot be fetched for now; the message says why and what to do next."""


class DownloadFailed(BuildsError):  # noqa: N818 - reads as what happened
    """The network or a server did not deliver. What has arrived is kept for the next try.

    advised: the reason tells what to do.
    """

    def __init__(self, url: str, attempts: int, reason: str, *, advised: bool = False) -> None:
        advice = "Check the connection (and the proxy, if there is one) and run the same again;"
        super().__init__(
            f"Downloading {url} failed, last at attempt {attempts}: {reason.rstrip('.')}. "
            f"{'Then run the same again;' if advised else advice} what has arrived is kept."
        )
        self.url = url
        self.attempts = attempts
        self.reason = reason


class DiskFull(BuildsError):  # noqa: N818 - reads as what happened
    """There is no room for a build. needed, free: bytes, None when nobody knows."""

    def __init__(
        self, what: str, where: Path, needed: int | None = None, free: int | None = None
    ) -> None:
        need = "more room is needed" if needed is None else f"{human_size(needed)} are needed"
        there = "" if free is None else f", {human_size(free)} are free"
        super().__init__(
            f"The disk is too full for {what}: {need} in {where}{there}. Free some space "
            "there, or name a folder on another disk with --persist DIR."
        )
        self.needed = needed


class UnusableFolder(BuildsError):  # noqa: N818 - reads as what happened
    """The folder given for builds cannot be used."""


class CannotUnpack(BuildsError):  # noqa: N818 - reads as what happened
    """Only another operating system can open what a build comes in."""

    def __init__(self, what: str, system: str) -> None:
        super().__init__(
            f"{what} can only be unpacked on {system}. "
            "Choose builds for this machine: see --app and --arch."
        )
