"""Taskcluster credentials: read from the config file for one run, kept nowhere else."""

from mozregression.services.credentials import Credentials
from mozregression.settings.file import FileError, load, location

_NAMES = ("taskcluster_clientid", "taskcluster_accesstoken")


def kept_credentials() -> Credentials | None:
    """What the file says; None: nothing. Raises FileError, also when one of the two is missing."""
    values = load(location()).values
    client, token = (str(values.get(name) or "") for name in _NAMES)
    if bool(client) != bool(token):
        raise FileError(
            f"{location()}: taskcluster-clientid and taskcluster-accesstoken belong together, "
            "but one is missing."
        )
    return Credentials(client, token) if client else None
