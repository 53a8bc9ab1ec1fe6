"""Asking a person about a build."""

from collections.abc import Callable
from threading import Lock

from rich.console import Console
from rich.control import Control
from rich.segment import ControlType

from mozregression.launch.process import Running
from mozregression.model.verdicts import Verdict
from mozregression.testers.tester import Answer, Back, Judged, Retry, Stop, Subject

_ANSWERS: dict[str, Callable[[], Answer]] = {
    "good": lambda: Judged(Verdict.GOOD),
    "bad": lambda: Judged(Verdict.BAD),
    "skip": lambda: Judged(Verdict.SKIP),
    "retry": Retry,
    "back": Back,
    "exit": Stop,
}

_SAW = {"y": "bad", "yes": "bad", "saw": "bad", "n": "good", "no": "good", "not": "good"}
"""What else can be said of a bug that hides at times."""

_HELP = """\
  good   the bug is not there            (or one letter: g)
  bad    the bug is there                (b)
  skip   this build cannot be judged     (s)
  retry  start the same build again      (r)
  back   take the last verdict back      (k)
  exit   stop here; resume goes on later (e)"""

_HELP_REFERENCE = """  reference  open a build that is known to be good beside this one"""

_HELP_SAW = """\
  yes    you saw the bug                         (or one letter: y; also bad, b)
  no     you did not see it this time            (n; also good, g)
"""

_SHORT = {"k": "back", "b": "bad", "r": "retry"}

_REFERENCE = "reference"

_LINE_BEGIN = Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2))

_QUESTION = "[g]ood, [b]ad, [s]kip, [r]etry, bac[k] or [e]xit? "
_QUESTION_SAW = "[y]es, saw it, [n]o, did not see it, [s]kip, [r]etry, bac[k] or [e]xit? "


class Prompt:
    """Asks for a verdict on the terminal while the browser runs.

    hides: the bug does not show in every test, so that the question is whether it was seen.
    open_reference: to be set; has a good build opened, and returns at once.
    """

    def __init__(self, console: Console, *, hides: bool = False) -> None:
        self._console = console
        self._hides = hides
        self._question = _QUESTION_SAW if hides else _QUESTION
        self._lock = Lock()
        self._asking = False
        self.open_reference: Callable[[], None] | None = None

    def __call__(self, subject: Subject, _: Running, note: str) -> Answer:
        for line in (*subject.installed.notes, note):
            if line:
                self._console.print(line, style="yellow", markup=False)
        return self.answer()

    def answer(self) -> Answer:
        """What a person says of a build; the end of the input means exit."""
        while True:
            try:
                typed = self._typed()
            except EOFError:
                self._console.print()
                return Stop()
            word = read_answer(typed, hides=self._hides)
            if word is not None:
                return _ANSWERS[word]()
            if self.open_reference and _means_reference(typed):
                self.open_reference()
            else:
                self._console.print(self._help(), markup=False)

    def above(self, write: Callable[[], None]) -> None:
        """Write something now, from any thread: above the question, if one is open."""
        with self._lock:
            if self._asking and self._console.is_terminal:
                self._console.control(_LINE_BEGIN)
            elif self._asking:
                self._console.print()
            write()
            if self._asking:
                self._ask()

    def _typed(self) -> str:
        with self._lock:
            self._ask()
            self._asking = True
        try:
            return self._console.input()
        finally:
            with self._lock:
                self._asking = False

    def _ask(self) -> None:
        self._console.print(self._question, end="", markup=False)

    def _help(self) -> str:
        judging, others = _HELP.splitlines()[:2], _HELP.splitlines()[2:]
        lines = [*(_HELP_SAW.splitlines() if self._hides else judging), *others]
        return "\n".join([*lines, _HELP_REFERENCE] if self.open_reference else lines)


def _means_reference(typed: str) -> bool:
    text = typed.strip().lower()
    return len(text) > 2 and _REFERENCE.startswith(text)


def read_answer(typed: str, *, hides: bool = False) -> str | None:
    """The answer meant by what was typed: a word or its beginning.

    hides: see Prompt.
    """
    text = typed.strip().lower()
    if hides and text in _SAW:
        return _SAW[text]
    if not text:
        return None
    if text in _SHORT:
        return _SHORT[text]
    meant = [word for word in _ANSWERS if word.startswith(text)]
    return meant[0] if len(meant) == 1 else None
