"""Asking a person about a build."""

from collections.abc import Callable

from rich.console import Console

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

_HELP_SAW = """\
  yes    you saw the bug                         (or one letter: y; also bad, b)
  no     you did not see it this time            (n; also good, g)
"""

_SHORT = {"k": "back"}

_QUESTION = "[g]ood, [b]ad, [s]kip, [r]etry, bac[k] or [e]xit? "
_QUESTION_SAW = "[y]es, saw it, [n]o, did not see it, [s]kip, [r]etry, bac[k] or [e]xit? "


class Prompt:
    """Asks for a verdict on the terminal while the browser runs.

    hides: the bug does not show in every test, so that the question is whether it was seen.
    """

    def __init__(self, console: Console, *, hides: bool = False) -> None:
        self._console = console
        self._hides = hides

    def __call__(self, subject: Subject, _: Running, note: str) -> Answer:
        for line in (*subject.installed.notes, note):
            if line:
                self._console.print(line, style="yellow", markup=False)
        return answer(self._console, hides=self._hides)


def answer(console: Console, *, hides: bool = False) -> Answer:
    """What a person says of a build; the end of the input means exit. hides: see Prompt."""
    question = _QUESTION_SAW if hides else _QUESTION
    while True:
        try:
            typed = console.input(question, markup=False)
        except EOFError:
            console.print()
            return Stop()
        word = read_answer(typed, hides=hides)
        if word is not None:
            return _ANSWERS[word]()
        console.print(_help(hides=hides), markup=False)


def _help(*, hides: bool) -> str:
    judging, others = _HELP.splitlines()[:2], _HELP.splitlines()[2:]
    return "\n".join([*(_HELP_SAW.splitlines() if hides else judging), *others])


def read_answer(typed: str, *, hides: bool = False) -> str | None:
    """The answer meant by what was typed: a word or its beginning. b alone means bad.

    hides: see Prompt.
    """
    text = typed.strip().lower()
    if hides and text in _SAW:
        return _SAW[text]
    if not text:
        return None
    if text in _SHORT:
        return _SHORT[text]
    if text == "b":
        return "bad"
    meant = [word for word in _ANSWERS if word.startswith(text)]
    return meant[0] if len(meant) == 1 else None
