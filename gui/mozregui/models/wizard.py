"""Asking for a search: fields in sections, and what answer can be hoped for."""

from argparse import Namespace
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from enum import Enum
from math import ceil, log2
from typing import Any

from mozregression.driver.settings import Settings
from mozregression.faces.plan import UsageError, plan
from mozregression.model.facts import Fact
from mozregression.model.request import Request
from mozregression.settings.table import SETTINGS, Setting
from mozregui.models.fields import Field
from mozregui.models.own_settings import SHOWS, STARTS_WITH, STOOD_FOR, with_own, without_own
from mozregui.models.request_form import Look, RequestForm, Section
from mozregui.words import tr, trn
from mozregui.work.background import Background
from mozregui.work.preview import Known, Preview, Refused

_WHEN = ("good", "bad", "mode")
_WHAT_GROUPS = ("RANGE", "BUILDS")
_LEFT_OUT = STOOD_FOR | {
    "bits",
    "launch",
    "find_fix",
    "debug",
    "process_output",
    "jobs",
    "explain",
}
_GROUPS_LEFT_OUT = ("DOWNLOADS", "OTHER")  # they are in the preferences
_MORE = frozenset(
    {"repo", "max_tests", "suspects", "prior", "prefs_files", "cmdargs", "adb_profile_dir"}
)
_OF_COMMANDS = ("test_timeout", "timeout_verdict", "confirm")


class Search(Enum):
    """What is looked for."""

    REGRESSION = "regression"
    FIX = "fix"


class Wizard(RequestForm[Preview]):
    """A form for one bisection. forecast: what services say can be hoped for."""

    def __init__(
        self,
        search: Search,
        defaults: Mapping[str, Any],
        background: Background,
        look: Look[Preview],
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        self.search = search
        self.bounds = ("bad", "good") if search is Search.FIX else ("good", "bad")
        self.forecast = ""
        self._facts: tuple[Fact, ...] = ()
        asked = (SHOWS, STARTS_WITH, *(one for one in SETTINGS if _is_asked(one)))
        super().__init__(asked, with_own(defaults), background, look, now)
        self.sections = self._sections()
        self._name_bounds()
        self._check()

    @property
    def title(self) -> str:
        if self.search is Search.FIX:
            return tr("Find a fix")
        return tr("Find a regression")

    def plan(self) -> tuple[Request, Settings, tuple[Fact, ...]]:
        """Request, settings and the facts known already. Raises UsageError."""
        return (*self.requested(), self._facts)

    def requested(self) -> tuple[Request, Settings]:
        options = without_own(self._options())
        later = "good" if self.search is Search.FIX else "bad"
        options[later] = options[later] or "today"
        if not options["bad"]:
            raise UsageError(tr("Say when the bug was last seen."))
        return plan(Namespace(**options))

    # How it is done

    def _forget(self) -> None:
        super()._forget()
        self._facts = ()
        self.forecast = ""

    def _found(self, seen: Preview) -> None:
        match seen:
            case Refused(why):
                self.refusal = why
            case Known(read, facts):
                self._facts = facts
                self._bound_told = {"good": read.good, "bad": read.bad}
                lines = [
                    self._range_told(read.candidates),
                    tr("The answer can be {granularity}").format(granularity=read.granularity),
                ]
                if read.sought:
                    lines.append(tr("Looking for {sought}").format(sought=read.sought))
                self.forecast = "\n".join(lines)

    def _range_told(self, size: int) -> str:
        builds = trn("{count} build in the range", "{count} builds in the range", size)
        if self.form["shows"].text != SHOWS.default:
            return tr(
                "{builds}; how many tests it takes depends on how often the bug shows"
            ).format(builds=builds)
        tests = 2 + ceil(log2(max(2, size)))
        return f"{builds}, " + trn("about {count} test", "about {count} tests", tests)

    def _unreachable(self, error: Exception) -> None:
        self.forecast = tr(
            "The services cannot be asked about this now, so how the bounds are "
            "understood will be told when the search begins. ({error})"
        ).format(error=error)

    def _missing(self, name: str) -> str:
        if name == self.bounds[1]:
            return tr("Left empty: today")
        if self.search is Search.FIX:
            return tr("Needed: a date, a release, a build id or a changeset")
        return tr("Left empty: it is looked for, from the bad one backwards")

    def _name_bounds(self) -> None:
        if self.search is Search.FIX:
            self.form["bad"].label = tr("Last known bad")
            self.form["good"].label = tr("First known good")

    def _fit(self) -> None:
        super()._fit()
        shows = self.form["shows"].text
        for name in ("confidence", "miss_rate", "max_tests"):
            self.form[name].visible = shows != SHOWS.default
        self.form["false_rate"].visible = shows == "errs"
        for name in _OF_COMMANDS:
            self.form[name].visible = bool(self.form["command"].text.strip())

    def _sections(self) -> tuple[Section, ...]:
        groups: dict[str, list[Field]] = {}
        for field in self.form.fields.values():
            groups.setdefault(_section(field.setting), []).append(field)
        groups["when"].sort(key=lambda field: (*self.bounds, "mode").index(field.name))
        groups["certainty"].sort(key=lambda field: field.name not in (SHOWS.name, "confidence"))
        known = _titles()
        order = [*known, *(name for name in groups if name not in known)]
        return tuple(
            Section(
                name,
                *known.get(name, (name.capitalize(), "")),
                tuple(field for field in groups[name] if field.name not in _MORE),
                tuple(field for field in groups[name] if field.name in _MORE),
            )
            for name in order
            if name in groups
        )


def _is_asked(setting: Setting) -> bool:
    return (
        setting.name not in _LEFT_OUT
        and setting.group.name not in _GROUPS_LEFT_OUT
        and bool(setting.options)
        and not setting.inert
    )


def _section(setting: Setting) -> str:
    if setting.name in _WHEN:
        return "when"
    if setting.group.name in _WHAT_GROUPS:
        return "what"
    return setting.group.name.lower()


def _titles() -> dict[str, tuple[str, str]]:
    """Title and a first sentence, by section, in their order."""
    return {
        "what": (tr("Application"), tr("Which program shows the bug?")),
        "when": (
            tr("Good and bad"),
            tr(
                "Between which builds did it change? Each can be a date (2026-05-01, 3 weeks ago), "
                "a release (150), a build id or a changeset."
            ),
        ),
        "certainty": (
            tr("How it shows"),
            tr("Does the bug show every time you look, or does it come and go?"),
        ),
        "browser": (
            tr("Profile"),
            tr("What each build is started with. Most bugs need nothing of this."),
        ),
        "test": (
            tr("Who judges"),
            tr("You look at each build and say whether it shows the bug, or a command does."),
        ),
    }
