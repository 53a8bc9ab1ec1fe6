"""What a person can see and decide of usage data, whatever the face."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mozregression.services.endpoints import Endpoints
from mozregression.settings.file import changed, location, store, text_of
from mozregression.telemetry.consent import KEY, Consent, consent
from mozregression.telemetry.destination import Destination, destination
from mozregression.telemetry.ledger import Ledger, Ping
from mozregression.telemetry.outbox import Outbox, outbox
from mozregression.telemetry.recorder import withdraw


@dataclass(frozen=True, slots=True)
class Telling:
    """Whether usage data is recorded, where it goes, and what waits or went there."""

    will: Consent
    to: Destination
    box: Outbox

    @property
    def first(self) -> bool:
        """Usage data will be recorded for the first time, which a person has to be told of."""
        return self.will.given and not self.to.quiet and not self.box.exists

    def pings(self) -> list[Ping]:
        """Those of the last days, the oldest first."""
        return Ledger(self.box).pings()


def telling(settings: Mapping[str, Any], folder: Path) -> Telling:
    """settings: by name. folder: of all outboxes."""
    stand_in = Endpoints.from_environment(os.environ) != Endpoints()
    to = destination(os.environ, settings["telemetry_endpoint"], stand_in=stand_in)
    return Telling(consent(settings["telemetry"], os.environ), to, outbox(folder, to.endpoint))


def text_of_ping(ping: Ping) -> str:
    """Exactly what a ping says, as JSON to be read."""
    return json.dumps(ping.body, indent=2, ensure_ascii=False)


def turn(wanted: bool, folder: Path) -> Consent:
    """Keep the will of a person in the config file. folder: of all outboxes. Raises FileError."""
    path = location()
    store(path, changed(path, text_of(path), {KEY: "yes" if wanted else "no"}))
    will = consent(wanted, os.environ)
    if not will.given:
        withdraw(folder)
    return will
