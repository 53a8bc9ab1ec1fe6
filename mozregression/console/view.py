"""What happens, told: with moving parts and colours on a terminal, as plain lines in a pipe."""

import os
from collections.abc import Callable
from threading import RLock
from typing import TypeAlias

from rich.console import Console
from rich.text import Text

from mozregression.builds.progress import Progress as BuildProgress
from mozregression.console.posterior import posterior
from mozregression.console.screen import Screen
from mozregression.console.strip import COLOURS, WIDTH, strip
from mozregression.driver.events import (
    Asking,
    Chosen,
    Event,
    Fetching,
    Judged,
    Reference,
    Testing,
    Understood,
    Unusable,
    WentBack,
)
from mozregression.faces import wording
from mozregression.model.steps import TestBuild
from mozregression.model.verdicts import Purpose
from mozregression.session import Understanding

# Room that a line needs beside the picture of the range.
_TEXT_WIDTH = 70

Above: TypeAlias = Callable[[Callable[[], None]], None]


def _at_once(write: Callable[[], None]) -> None:
    write()


class View:
    """Listens to the driver. Safe to call from several threads.

    person: a person judges the builds, so that the screen must be still during a test. hides: the
    bug does not show in every test. explain: tell why builds are chosen. above: see Prompt.
    """

    def __init__(
        self,
        console: Console,
        *,
        person: bool,
        hides: bool = False,
        explain: bool = False,
        above: Above = _at_once,
    ) -> None:
        self._console = console
        self._above = above
        self._person = person
        self._hides = hides
        self._explain = explain
        self._untold = False  # whether verdicts came since the last picture
        self._lock = RLock()
        self._screen: Screen | None = None
        self._asking_person = False
        self._told_understanding = False

    def __call__(self, event: Event) -> None:
        with self._lock:
            self._show(event)

    def close(self) -> None:
        """Take moving things off the screen."""
        with self._lock:
            if self._screen is not None:
                self._screen.close()
            self._screen = None

    def _show(self, event: Event) -> None:
        match event:
            case Understood(understanding):
                self._understood(understanding)
            case Asking(step):
                self._say(wording.doing(step))
            case Fetching(progress):
                self._fetching(progress)
            case Chosen(step):
                self._chosen(step)
            case Testing():
                self._testing(event)
            case Judged():
                self._judged(event)
            case Unusable(missing):
                self._line(Text(wording.unusable(missing), "bright_black"))
            case WentBack(possible):
                self._asking_person = False
                self._untold = True
                self._line(Text(wording.went_back(possible=possible), "yellow"))
            case Reference():
                self._reference(event)

    def _understood(self, read: Understanding) -> None:
        if self._told_understanding:
            sought = read.sought or "what was asked for"
            self._line(Text(f"Looking for {sought}.", "yellow"))
            return
        self._told_understanding = True
        for name, value in (
            ("Good", read.good),
            ("Bad", read.bad),
            ("Range", f"{read.candidates} candidates"),
            ("Answer", read.granularity),
            ("Sought", read.sought),
        ):
            if not value:
                continue
            self._line(Text.assemble((f"{name + ':':8}", "bold"), value))
        self._line(Text())

    def _chosen(self, step: TestBuild) -> None:
        if step.belief and self._untold:
            self._untold = False
            plain = self._is_plain
            picture = posterior(step.belief, plain=plain)
            edges = "||" if plain else "▕▏"
            told = wording.believed(step)
            self._line(Text.assemble("     ", edges[0], (picture, "cyan"), edges[1], f" {told}"))
        if self._explain:
            self._line(Text(f"     {wording.chosen(step)}", "bright_black"))
        if step.purpose is Purpose.RECHECK:
            self._line(Text(wording.contradicted(step), "yellow"))

    @property
    def _is_plain(self) -> bool:
        """Whether only ASCII can be shown, or is wanted."""
        console = self._console
        return not console.encoding.startswith("utf") or (
            not console.is_terminal and "NO_COLOR" in os.environ
        )

    def _testing(self, event: Testing) -> None:
        heading = wording.test(event.step, event.number)
        if self._person:
            self.close()
            self._asking_person = True
            self._line(Text(heading, "bold"))
        elif self._console.is_terminal:
            self._say(heading)

    def _judged(self, event: Judged) -> None:
        self._asking_person = False
        self._untold = True
        word = wording.verdict(event.verdict, hides=self._hides)
        self._line(
            Text.assemble(
                f"{event.number:3}  ",
                self._picture(event),
                Text(f"{word:{8 if self._hides else 5}}", COLOURS[event.verdict]),
                f" {event.step.candidate} · {event.seconds:.1f} s",
                f" · {event.note}" if event.note else "",
            )
        )

    def _reference(self, event: Reference) -> None:
        """Comes while a person is asked, too."""
        line = Text(wording.reference(event), "cyan")
        self._above(lambda: self._line(line))

    def _picture(self, event: Judged) -> Text:
        """The range with the probe in it, or why else the build was tested."""
        span, reason = event.step.span, wording.why(event.step.purpose)
        if not self._console.is_terminal or self._console.width < WIDTH + _TEXT_WIDTH:
            return Text(f"{reason}  " if reason else "")
        if span is None:
            return Text(f"{reason:{WIDTH}}  ", "bright_black")
        return Text.assemble(strip(span, event.verdict), "  ")

    def _line(self, text: Text) -> None:
        self._console.print(text, soft_wrap=not self._console.is_terminal)

    def _say(self, text: str) -> None:
        screen = self._moving()
        if screen is not None:
            screen.say(text)

    def _fetching(self, progress: BuildProgress) -> None:
        screen = self._moving()
        if screen is not None:
            screen.fetching(progress)

    def _moving(self) -> Screen | None:
        """The moving part, where there may be one."""
        if self._asking_person or not self._console.is_terminal:
            return None
        if self._screen is None:
            self._screen = Screen(self._console)
        return self._screen
