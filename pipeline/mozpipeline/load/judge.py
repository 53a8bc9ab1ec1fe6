"""Whether a decoded ping is what its version's definitions say. Pure."""

from datetime import date
from functools import lru_cache
from typing import Any

import jsonschema_rs

from mozpipeline.definitions.history import History
from mozpipeline.definitions.model import Definitions, Metric, Ping
from mozpipeline.shape.schema import deletion_schema, json_schema
from mozpipeline.wire.outcomes import Reason, Refusal


class Judge:
    """Judges the pings of one kind that one version of the definitions describes."""

    def __init__(self, ping: Ping, metrics: tuple[Metric, ...]) -> None:
        self.metrics = metrics
        self._validator = jsonschema_rs.validator_for(json_schema(ping, metrics))
        self._dates = tuple(metric.identifier for metric in metrics if metric.type == "datetime")

    def refusal(self, ping: dict[str, Any]) -> Refusal | None:
        """Why a ping is refused; None: it is not."""
        if not self._validator.is_valid(ping):
            return _first_mistake(self._validator, ping)
        info = ping["ping_info"]
        for name in ("start_time", "end_time"):
            if not is_day(info[name][:10]):
                return Refusal(Reason.BAD_DATE, f"ping_info.{name}")
        if not is_day(ping["client_info"]["first_run_date"][:10]):
            return Refusal(Reason.BAD_DATE, "client_info.first_run_date")
        dates = ping.get("metrics", {}).get("datetime")
        if dates and self._dates:
            for name in self._dates:
                if (value := dates.get(name)) is not None and not is_day(value[:10]):
                    return Refusal(Reason.BAD_DATE, f"metrics.datetime.{name}")
        return None


class Judges:
    """All judges there are, made when they are first asked for."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._known = {ping.name for ping in history.pings()}
        self._made: dict[tuple[str, int], Judge] = {}
        self._judges = lru_cache(1000)(self._judge)
        self._deletion = jsonschema_rs.validator_for(deletion_schema())

    def knows(self, ping: str) -> bool:
        return ping in self._known

    def judge(self, ping: str, body: dict[str, Any]) -> Judge:
        """The one for the version that a ping says it was sent by."""
        return self._judges(ping, _version(body))

    def _judge(self, ping: str, version: str) -> Judge:
        definitions = self._history.at(version)
        key = (ping, id(definitions))  # the history keeps all of them alive
        if key not in self._made:
            self._made[key] = _judge(ping, definitions, self._history)
        return self._made[key]

    def deletion_refusal(self, body: dict[str, Any]) -> Refusal | None:
        if self._deletion.is_valid(body):
            return None
        return _first_mistake(self._deletion, body)


def _judge(name: str, definitions: Definitions, history: History) -> Judge:
    ping = definitions.pings.get(name)
    if ping is None:  # that version did not have it yet; nothing it carries is known
        ping = next(ping for ping in history.pings() if ping.name == name)
        return Judge(ping, ())
    return Judge(ping, definitions.metrics_of(name))


def _version(body: dict[str, Any]) -> str:
    info = body.get("client_info")
    version = info.get("app_display_version") if isinstance(info, dict) else None
    return version[:100] if isinstance(version, str) else ""


def _first_mistake(validator: Any, body: dict[str, Any]) -> Refusal:
    error = next(iter(validator.iter_errors(body)))
    where = ".".join(str(part) for part in error.instance_path)[:200]
    pattern = error.schema_path[-1:] == ["pattern"]
    dated = pattern and not where.endswith("client_id")
    return Refusal(Reason.BAD_DATE if dated else Reason.SCHEMA, where)


@lru_cache(100_000)
def is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10
