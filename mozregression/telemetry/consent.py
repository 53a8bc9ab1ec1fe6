"""Whether usage data may be recorded and sent. Nothing else decides this."""

from collections.abc import Mapping
from dataclasses import dataclass

KEY = "enable-telemetry"
OPTION = "--no-telemetry"
VARIABLE = "MOZREGRESSION_TELEMETRY"
TRACKING = "DO_NOT_TRACK"

_NO = ("0", "false", "no", "off")
_YES = ("1", "true", "yes", "on")


@dataclass(frozen=True, slots=True)
class Consent:
    """given: usage data may be recorded and sent. why: what decided, for a person."""

    given: bool
    why: str


def consent(wanted: bool, environment: Mapping[str, str]) -> Consent:
    """wanted: what the command line and the config file say together. Any no wins."""
    tracking = environment.get(TRACKING, "").strip().lower()
    if tracking and tracking not in _NO:
        return Consent(False, f"{TRACKING}={tracking} in the environment")
    switch = environment.get(VARIABLE, "").strip().lower()
    if switch and switch not in _YES:  # what cannot be read is no consent
        return Consent(False, f"{VARIABLE}={switch} in the environment")
    if not wanted:
        return Consent(False, f"{KEY} in the config file, or {OPTION}")
    return Consent(True, f"nothing turns it off, such as {KEY} = no in the config file")
