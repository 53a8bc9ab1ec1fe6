"""Where pings go, and when they do not go there although they may."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec

ENDPOINT = "https://incoming.telemetry.mozilla.org"
VARIABLE = "MOZREGRESSION_TELEMETRY_ENDPOINT"

_NOT_CI = ("", "0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class Destination:
    """endpoint: base URL of a server that takes pings of Glean, without a slash at the end.

    quiet: why nothing is recorded on this occasion, whatever the consent; empty otherwise.
    """

    endpoint: str
    quiet: str = ""


def destination(
    environment: Mapping[str, str], setting: str | None = None, *, stand_in: bool = False
) -> Destination:
    """setting: the endpoint that the settings name. stand_in: builds do not come from the usual
    services, so that what is done says nothing about real use.

    Only an endpoint that somebody chose learns about automated runs and stand-ins.
    """
    chosen = environment.get(VARIABLE, "").strip() or setting
    if find_spec("glean") is None:  # there are systems that it has no wheels for
        return Destination(chosen or ENDPOINT, "the Glean SDK is not installed")
    if chosen:
        usable = chosen.lower().startswith(("http://", "https://"))
        quiet = "" if usable else f"the endpoint {chosen!r} is not an http or https URL"
        return Destination(chosen.rstrip("/"), quiet)
    if stand_in:
        return Destination(ENDPOINT, "the services are stand-ins")
    if environment.get("CI", "").strip().lower() not in _NOT_CI:
        return Destination(ENDPOINT, "CI is set in the environment")
    return Destination(ENDPOINT)
