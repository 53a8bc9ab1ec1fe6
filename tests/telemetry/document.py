"""Renews docs/telemetry/metrics.md from the definitions: `python3 -m tests.telemetry.document`."""

from collections.abc import Iterator
from pathlib import Path

from mozregression.telemetry import definitions

DOCUMENT = Path(__file__).parents[2] / "docs" / "telemetry" / "metrics.md"

_HEAD = """\
# What is sent

Made from `metrics.yaml` and `pings.yaml` by `python3 -m tests.telemetry.document`. Beside these
values, every ping of the Glean SDK tells the version of mozregression and of the SDK, the
operating system's name, the processor's architecture, the day of the first run, and when the ping
was begun and ended.
"""


def text() -> str:
    return "\n".join([_HEAD, *_pings()])


def _pings() -> Iterator[str]:
    for ping, about in definitions.pings().items():
        client = "has" if about["include_client_id"] else "has no"
        yield f"## `{ping}`\n"
        yield f"{_line(about['description'])} It {client} client id.\n"
        yield "Sent when: " + " ".join(
            f"`{reason}`: {_line(meaning)}" for reason, meaning in about["reasons"].items()
        )
        yield "\n| metric | type | sensitivity | meaning |\n| --- | --- | --- | --- |"
        for name, metric in definitions.metrics().items():
            if ping in metric["send_in_pings"]:
                labels = f"; by {', '.join(metric['labels'])}" if "labels" in metric else ""
                yield (
                    f"| `{name}` | {metric['type'].replace('_', ' ')}{labels} "
                    f"| {', '.join(metric['data_sensitivity'])} | {_line(metric['description'])} |"
                )
        yield ""


def _line(words: str) -> str:
    return " ".join(words.split())


if __name__ == "__main__":
    DOCUMENT.write_text(text(), encoding="utf-8")
