"""Asking for builds: fields that fit the app, what a bound means, what services say of it."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any, Generic, TypeAlias, TypeVar

from mozregression.driver.settings import Settings
from mozregression.faces.plan import UsageError
from mozregression.launch.host import this_machine
from mozregression.model.apps import (
    APPS,
    Launch,
    UnknownPlatformError,
    architectures,
    build_types,
    choose_platform,
)
from mozregression.model.request import Request
from mozregression.settings.table import Setting
from mozregui.models.bounds import Meaning, meaning
from mozregui.models.fields import Field, Form
from mozregui.models.helps import without_options
from mozregui.models.notice import Notice
from mozregui.words import tr
from mozregui.work.background import Background

_Seen = TypeVar("_Seen")

Look: TypeAlias = Callable[[Request, Settings, threading.Event], _Seen]
"""Finds out what a request amounts to; may take long, and raises what services raise."""

_DEVICE_ONLY = frozenset({"adb_profile_dir"})


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that belong together. more: what few people need."""

    name: str
    title: str
    intro: str
    fields: tuple[Field, ...]
    more: tuple[Field, ...] = ()


class RequestForm(Generic[_Seen]):
    """A form that becomes a request, and settings for its builds.

    defaults: all settings as the person has them. bounds: names of fields that hold a bound.
    changed: told when anything shown is another than before.
    """

    bounds: tuple[str, ...] = ()

    def __init__(
        self,
        asked: Iterable[Setting],
        defaults: Mapping[str, Any],
        background: Background,
        look: Look[_Seen],
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        self.changed = Notice()
        self.refusal = ""
        self._defaults = dict(defaults)
        self._background = background
        self._look = look
        self._now = now
        self._looking: threading.Event | None = None
        self._bound_told: dict[str, str] = {}
        self.form = Form(asked, defaults)
        self._fit_app()
        self._fit()
        self.form["app"].changed.connect(self._fit_app)
        self.form.changed.connect(self._on_change)

    # For each kind of form

    def requested(self) -> tuple[Request, Settings]:
        """What is asked for. Raises UsageError."""
        raise NotImplementedError

    def _found(self, seen: _Seen) -> None:
        """What services say."""
        raise NotImplementedError

    def _unreachable(self, error: Exception) -> None:
        """Services say nothing."""
        raise NotImplementedError

    def _forget(self) -> None:
        """What services said holds no more."""
        self._bound_told = {}

    def _missing(self, name: str) -> str:
        """What is told of a bound that is left empty."""
        raise NotImplementedError

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
            request, settings = self.requested()
        except UsageError:
            return
        self._looking = looking = threading.Event()

        def then(seen: _Seen) -> None:
            if self._looking is looking:
                self._looking = None
                self._found(seen)
                self.changed()

        def failed(error: Exception) -> None:
            if self._looking is looking:
                self._looking = None
                self._unreachable(error)
                self.changed()

        self._background.run(lambda: self._look(request, settings, looking), then, failed)
        self.changed()

    def stop_looking(self) -> None:
        if self._looking:
            self._looking.set()
            self._looking = None

    # What is wrong

    @property
    def problems(self) -> list[str]:
        """What has to be put right before anything can begin; empty when nothing has."""
        wrong = [field.label for field in self.form.wrong]
        wrong += [self.form[name].label for name in self.bounds if self.told(name).wrong]
        if wrong:
            return [tr("To be put right: {fields}").format(fields=", ".join(wrong))]
        return [without_options(self.refusal)] if self.refusal else []

    def error_of(self, field: Field) -> str:
        """What is wrong with one field."""
        if field.error:
            return without_options(field.error)
        if self.refusal and any(option in self.refusal for option in field.setting.options):
            return without_options(self.refusal)
        return ""

    # How it is done

    @property
    def _today(self) -> date:
        return self._now().date()

    def _options(self) -> dict[str, Any]:
        options = {**self._defaults, **self.form.values, "argv": []}
        if options["arch"]:
            options["bits"] = None
        return options

    def _on_change(self) -> None:
        self._fit()
        self.stop_looking()
        self._forget()
        self._check()
        self.changed()

    def _check(self) -> None:
        self.refusal = ""
        if self.problems:
            return
        starts_with = self.form["starts_with"].text
        if starts_with != "fresh" and not self.form["profile"].text.strip():
            self.refusal = tr("Choose the folder of the profile: {option}.").format(
                option=self.form["profile"].setting.options[-1]
            )
            return
        try:
            self.requested()
        except UsageError as error:
            self.refusal = str(error)

    def _fit(self) -> None:
        """Show the fields that matter as the others are now."""
        self.form["profile"].visible = self.form["starts_with"].text != "fresh"

    def _fit_app(self) -> None:
        """Offer what the app is made for."""
        app = APPS[self.form["app"].text]
        here = this_machine()
        systems = [platform.os for platform in app.platforms]
        system = here.os if here.os in systems else systems[0]
        offered = architectures(app, system)
        self.form["arch"].visible = len(offered) > 1
        self.form["arch"].offer(offered)
        self.form["lang"].visible = app.lang is None
        for name in _DEVICE_ONLY:
            self.form[name].visible = app.launch is Launch.ANDROID
        try:
            platform = choose_platform(app, here, self.form["arch"].text or None)
        except UnknownPlatformError:
            platform = next(iter(app.platforms))
        self.form["build_type"].offer(build_types(app, platform))
