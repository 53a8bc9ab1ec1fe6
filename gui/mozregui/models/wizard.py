"""Asking for a search: fields in sections, what bounds mean, what answer can be hoped for."""

import threading
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timezone
from enum import Enum
from math import ceil, log2
from typing import Any, TypeAlias

from mozregression.driver.settings import Settings
from mozregression.faces.plan import UsageError, plan
from mozregression.launch.host import this_machine
from mozregression.model.apps import APPS, UnknownPlatformError, architectures, build_types
from mozregression.model.apps import choose_platform as chosen_platform
from mozregression.model.facts import Fact
from mozregression.model.request import Request
from mozregression.settings.table import SETTINGS, Setting
from mozregui.models.bounds import Meaning, meaning
from mozregui.models.fields import Field, Form
from mozregui.models.notice import Notice
from mozregui.words import tr, trn
from mozregui.work.background import Background
from mozregui.work.preview import Known, Preview, Refused

Look: TypeAlias = Callable[[Request, Settings, threading.Event], Preview]
"""Finds out what a request amounts to; may take long, and raises what services raise."""

_BOUNDS = ("good", "bad")
_WHEN = ("good", "bad", "mode")
_WHAT_GROUPS = ("RANGE", "BUILDS")
_LEFT_OUT = frozenset({"bits", "launch", "find_fix", "debug", "process_output", "jobs", "explain"})
_GROUPS_LEFT_OUT = ("DOWNLOADS", "OTHER")  # they are in the preferences


class Search(Enum):
    """What is looked for."""

    REGRESSION = "regression"
    FIX = "fix"


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that belong together."""

    name: str
    title: str
    intro: str
    fields: tuple[Field, ...]


class Wizard:
    """A form for one bisection.

    defaults: all settings as the person has them. changed: told when anything shown is
    another than before.
    """

    def __init__(
        self,
        search: Search,
        defaults: Mapping[str, Any],
        background: Background,
        look: Look,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        self.search = search
        self.changed = Notice()
        self._defaults = dict(defaults)
        self._background = background
        self._look = look
        self._now = now
        self._looking: threading.Event | None = None
        self._facts: tuple[Fact, ...] = ()
        self.form = Form((one for one in SETTINGS if _is_asked(one)), defaults)
        self.sections = self._sections()
        self._name_bounds()
        self._fit_app()
        self.form["app"].changed.connect(self._fit_app)
        self.form.changed.connect(self._on_change)
        self.forecast = ""
        self.refusal = ""
        self._bound_told: dict[str, str] = {}
        self._check()

    @property
    def title(self) -> str:
        if self.search is Search.FIX:
            return tr("Find a fix")
        return tr("Find a regression")

    # Bounds

    def told(self, name: str) -> Meaning:
        """What the bound in a field means, as far as it is known yet."""
        read = meaning(self.form[name].text, self._today, missing=self._missing(name))
        known = self._bound_told.get(name)
        return Meaning(read.bound, known) if known and not read.wrong else read

    @property
    def is_looking(self) -> bool:
        """Whether services are being asked about the bounds."""
        return self._looking is not None

    def look_up(self) -> None:
        """Ask services how the bounds are understood, if they can be understood at all."""
        self.stop_looking()
        try:
            request, settings, _ = self.plan()
        except UsageError:
            return
        self._looking = looking = threading.Event()

        def then(found: Preview) -> None:
            if self._looking is looking:
                self._looking = None
                self._found(found)
                self.changed()

        def failed(error: Exception) -> None:
            if self._looking is looking:
                self._looking = None
                self.forecast = tr(
                    "The services cannot be asked about this now, so how the bounds are "
                    "understood will be told when the search begins. ({error})"
                ).format(error=error)
                self.changed()

        self._background.run(lambda: self._look(request, settings, looking), then, failed)
        self.changed()

    def stop_looking(self) -> None:
        if self._looking:
            self._looking.set()
            self._looking = None

    # What is asked for

    @property
    def problems(self) -> list[str]:
        """What has to be put right before anything can begin; empty when nothing has."""
        wrong = [field.label for field in self.form.wrong]
        wrong += [self.form[name].label for name in self.bounds if self.told(name).wrong]
        if wrong:
            return [tr("To be put right: {fields}").format(fields=", ".join(wrong))]
        return [self.refusal] if self.refusal else []

    def error_of(self, field: Field) -> str:
        """What is wrong with one field."""
        if field.error:
            return field.error
        if self.refusal and any(option in self.refusal for option in field.setting.options):
            return self.refusal
        return ""

    def plan(self) -> tuple[Request, Settings, tuple[Fact, ...]]:
        """Request, settings and the facts known already. Raises UsageError."""
        options = {**self._defaults, **self.form.values, "argv": []}
        if options["arch"]:
            options["bits"] = None
        later = "good" if self.search is Search.FIX else "bad"
        options[later] = options[later] or "today"
        if not options["bad"]:
            raise UsageError(tr("Say when the bug was last seen."))
        return (*plan(Namespace(**options)), self._facts)

    @property
    def bounds(self) -> tuple[str, str]:
        """The names of both bounds, the older one first."""
        return ("bad", "good") if self.search is Search.FIX else ("good", "bad")

    # How it is done

    @property
    def _today(self) -> date:
        return self._now().date()

    def _on_change(self) -> None:
        self.stop_looking()
        self._facts = ()
        self._bound_told = {}
        self.forecast = ""
        self._check()
        self.changed()

    def _check(self) -> None:
        self.refusal = ""
        if self.problems:
            return
        try:
            self.plan()
        except UsageError as error:
            self.refusal = str(error)

    def _found(self, found: Preview) -> None:
        match found:
            case Refused(why):
                self.refusal = why
            case Known(read, facts):
                self._facts = facts
                self._bound_told = {"good": read.good, "bad": read.bad}
                tests = 2 + ceil(log2(max(2, read.candidates)))
                self.forecast = "\n".join(
                    (
                        trn(
                            "{count} build in the range",
                            "{count} builds in the range",
                            read.candidates,
                        )
                        + ", "
                        + trn("about {count} test", "about {count} tests", tests),
                        tr("The answer can be {granularity}").format(granularity=read.granularity),
                        *(
                            [tr("Looking for {sought}").format(sought=read.sought)]
                            if read.sought
                            else []
                        ),
                    )
                )

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

    def _fit_app(self) -> None:
        """Offer what the app is made for."""
        app = APPS[self.form["app"].text]
        here = this_machine()
        systems = [platform.os for platform in app.platforms]
        system = here.os if here.os in systems else systems[0]
        offered = architectures(app, system)
        self.form["arch"].visible = len(offered) > 1
        self.form["arch"].offer(offered)
        if "lang" in self.form:
            self.form["lang"].visible = app.lang is None
        try:
            platform = chosen_platform(app, here, self.form["arch"].text or None)
        except UnknownPlatformError:
            platform = next(iter(app.platforms))
        self.form["build_type"].offer(build_types(app, platform))

    def _sections(self) -> tuple[Section, ...]:
        groups: dict[str, list[Field]] = {}
        for field in self.form.fields.values():
            groups.setdefault(_section(field.setting), []).append(field)
        groups["when"].sort(key=lambda field: _WHEN.index(field.name))
        if self.search is Search.FIX:
            groups["when"].sort(key=lambda field: field.name != "bad")
        known = _titles()
        order = [*known, *(name for name in groups if name not in known)]
        return tuple(
            Section(name, *known.get(name, (name.capitalize(), "")), tuple(groups[name]))
            for name in order
            if name in groups
        )


def _is_asked(setting: Setting) -> bool:
    return (
        setting.name not in _LEFT_OUT
        and setting.group.name not in _GROUPS_LEFT_OUT
        and bool(setting.options)
        and not getattr(setting, "inert", False)
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
        "browser": (
            tr("Profile"),
            tr("What each build is started with. Left alone, each gets a fresh profile."),
        ),
        "test": (
            tr("Who judges"),
            tr("You look at each build and say whether it shows the bug, or a command does."),
        ),
        "certainty": (
            tr("Bugs that hide"),
            tr("Does the bug show in every test? If it comes and goes, say so here."),
        ),
    }
