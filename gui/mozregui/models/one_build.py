"""Asking for one build to be run."""

from argparse import Namespace
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

from mozregression.driver.settings import Settings
from mozregression.faces.plan import UsageError, plan_launch
from mozregression.model.request import Request
from mozregression.settings.table import BY_NAME
from mozregui.models.own_settings import BUILD, STARTS_WITH, with_own, without_own
from mozregui.models.request_form import Look, RequestForm, Section
from mozregui.words import tr
from mozregui.work.background import Background
from mozregui.work.preview import Meant, Refused, Single

_WHICH = (BUILD.name, "app", "build_type", "arch", "lang")
_HOW = (STARTS_WITH.name, "profile")
_MORE = ("repo", "addons", "prefs", "prefs_files", "cmdargs", "adb_profile_dir")


class OneBuild(RequestForm[Single]):
    """A form for one build. told: which build that is, once services have said so."""

    bounds = (BUILD.name,)

    def __init__(
        self,
        defaults: Mapping[str, Any],
        background: Background,
        look: Look[Single],
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        own = {BUILD.name: BUILD, STARTS_WITH.name: STARTS_WITH}
        asked = [own.get(name) or BY_NAME[name] for name in (*_WHICH, *_HOW, *_MORE)]
        super().__init__(asked, with_own(defaults), background, look, now)
        fields = self.form.fields
        self.form[STARTS_WITH.name].offer(["fresh", "clone", "reuse"])
        self.form[STARTS_WITH.name].label = tr("It starts with")
        self.section = Section(
            "build",
            tr("Run one build"),
            tr("Fetches a build and starts it, to look at it. Nothing is judged."),
            tuple(fields[name] for name in (*_WHICH, *_HOW)),
            tuple(fields[name] for name in _MORE),
        )
        self._check()

    @property
    def can_run(self) -> bool:
        return not self.problems and bool(self.form[BUILD.name].text.strip())

    def requested(self) -> tuple[Request, Settings]:
        options = without_own(self._options())
        del options[BUILD.name]
        build = self.form[BUILD.name].text.strip()
        if not build:
            raise UsageError(tr("Say which build to run."))
        options |= {"launch": [build], "good": None, "bad": None, "json": False, "command": None}
        (request,), settings = plan_launch(Namespace(**options))
        return request, settings

    def _check(self) -> None:
        """An empty field is nothing to complain of: it says itself what is needed."""
        if self.form[BUILD.name].text.strip():
            super()._check()
        else:
            self.refusal = ""

    def _found(self, seen: Single) -> None:
        match seen:
            case Refused(why):
                self.refusal = why
            case Meant(told):
                self._bound_told = {BUILD.name: told}

    def _unreachable(self, error: Exception) -> None:
        self._bound_told = {
            BUILD.name: tr("Which build this is cannot be found out now. ({error})").format(
                error=error
            )
        }

    def _missing(self, name: str) -> str:  # noqa: ARG002 - there is but one
        return tr("Needed: a date, a release, a build id or a changeset")
