"""The Glean SDK, set up from our definitions. Imports it: for the helper only.

Metrics are made here and not by the SDK's `load_metrics`, which takes a second, ignores the
labels of labeled metrics, and then counts all but 16 of them as others.
"""

import logging
import os
import platform
import sys
from datetime import date, datetime, time, timezone
from typing import Any

from glean import Configuration, Glean
from glean import metrics as kinds

from mozregression import __version__
from mozregression.telemetry import definitions
from mozregression.telemetry.outbox import Outbox
from mozregression.telemetry.records import COUNTERS, Tally, Usage
from mozregression.telemetry.uploader import Uploader

APPLICATION = "org.mozilla.mozregression"


class Sdk:
    """The SDK at work on an outbox. One in a process, once: that is how the SDK is.

    Submitting and counting return when it is on the disk and delivery was tried.
    """

    def __init__(self, outbox: Outbox, uploader: Uploader, *, enabled: bool, log: bool) -> None:
        self._pings = {name: _ping(name, each) for name, each in definitions.pings().items()}
        self._metrics = {name: _metric(name, each) for name, each in definitions.metrics().items()}
        logging.getLogger("glean").addHandler(_GivingUp())
        Glean.initialize(
            APPLICATION,
            __version__,
            enabled,
            Configuration(
                server_endpoint=outbox.endpoint,
                channel="development" if ".dev" in __version__ else "release",
                ping_uploader=uploader,
                allow_multiprocessing=False,
                enable_internal_pings=False,
            ),
            data_dir=outbox.glean,
            log_level=logging.DEBUG if log else None,
        )
        self.wait()

    def wait(self) -> None:
        """Return when the SDK has done all it was told to."""
        self._count.test_get_value("usage")

    def enable(self) -> None:
        """Begin anew after collection was disabled: with another client id."""
        Glean.set_collection_enabled(True)
        self.wait()

    def submit_usage(self, usage: Usage) -> None:
        values = {
            "variant": usage.variant,
            "app": usage.app,
            "build_type": usage.build_type,
            **system(),
        }
        for name, value in values.items():
            if value:
                self._metrics[f"usage.{name}"].set(value)
        for name, day in usage.dates.items():
            # In UTC: offsets west of Greenwich go out wrong.
            moment = datetime.combine(date.fromisoformat(day), time(), timezone.utc)
            self._metrics[f"usage.{name}"].set(moment)
        self._submit("usage", usage.reason)

    def submit_retention(self, app: str, build_type: str, tallies: list[Tally]) -> None:
        self._metrics["retention.app"].set(app)
        self._metrics["retention.build_type"].set(build_type)
        for tally in tallies:
            for name in COUNTERS:
                for age, number in getattr(tally, name).items():
                    self._metrics[f"retention.{name}"][age].add(number)
        self._submit("retention", "daily")

    @property
    def launched(self) -> int:
        """The count of launched builds that the next usage ping would tell."""
        return self._count.test_get_value("usage") or 0

    def count_launched(self, number: int) -> None:
        self._count.add(number)
        self.wait()

    def close(self) -> None:
        Glean.shutdown()

    @property
    def _count(self) -> Any:
        return self._metrics["session.builds_launched"]

    def _submit(self, name: str, reason: str) -> None:
        ping = self._pings[name]
        ping.submit(sorted(definitions.pings()[name]["reasons"]).index(reason))
        self.wait()


class _GivingUp(logging.Handler):
    """Ends the process when the SDK cannot begin: it only logs that, and then hangs."""

    def emit(self, record: logging.LogRecord) -> None:
        if "Failed to initialize Glean" in record.getMessage():
            os._exit(1)


def system() -> dict[str, str]:
    """What this machine runs, by the names of metrics. Empty values are not recorded."""
    linux = sys.platform.startswith("linux")
    return {
        "python_version": platform.python_version(),
        "mac_version": platform.mac_ver()[0],
        "windows_version": platform.version() if sys.platform == "win32" else "",
        "linux_version": platform.release() if linux else "",
        "linux_distro": _distribution() if linux else "",
    }


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release()["ID"]
    except OSError:
        return ""


def _ping(name: str, definition: dict[str, Any]) -> Any:
    metadata = definition.get("metadata", {})
    return kinds.PingType(
        name,
        include_client_id=definition["include_client_id"],
        send_if_empty=definition.get("send_if_empty", False),
        precise_timestamps=metadata.get("precise_timestamps", True),
        include_info_sections=metadata.get("include_info_sections", True),
        schedules_pings=[],
        reason_codes=sorted(definition.get("reasons", ())),
        uploader_capabilities=[],
    )


def _metric(name: str, definition: dict[str, Any]) -> Any:
    """Raises ValueError for a type of metric that nothing here records."""
    category, _, short = name.rpartition(".")
    data = kinds.CommonMetricData(
        category=category,
        name=short,
        send_in_pings=definition["send_in_pings"],
        lifetime=kinds.Lifetime[definition.get("lifetime", "ping").upper()],
        disabled=definition.get("disabled", False),
        label=None,
    )
    match definition["type"]:
        case "string":
            return kinds.StringMetricType(data)
        case "counter":
            return kinds.CounterMetricType(data)
        case "datetime":
            return kinds.DatetimeMetricType(data, kinds.TimeUnit[definition["time_unit"].upper()])
        case "labeled_counter":
            return kinds.LabeledCounterMetricType(
                kinds.LabeledMetricData.COMMON(data), set(definition["labels"])
            )
    raise ValueError(f"{name} is of type {definition['type']!r}, which is not known here")
