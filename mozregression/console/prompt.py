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

_HELP = """\
  good   the bug is not there            (or one letter: g)
  bad    the bug is there                (b)
  skip   this build cannot be judged     (s)
  retry  start the same build again      (r)
  back   take the last verdict back      (k)
  exit   stop here; resume goes on later (e)"""

_SHORT = {"k": "back"}


class Prompt:
    """Asks for a verdict on the terminal while the browser runs."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __call__(self, subject: Subject, _: Running, note: str) -> Answer:
        for line in (*subject.installed.notes, note):
            if line:
                self._console.print(line, style="yellow", markup=False)
        return answer(self._console)


def answer(console: Console) -> Answer:
    """What a person says of a build; the end of the input means exit."""
    question = "[g]ood, [b]ad, [s]kip, [r]etry, bac[k] or [e]xit? "
    while True:
        try:
            typed = console.input(question, markup=False)
        except EOFError:
            console.print()
            return Stop()
        word = read_answer(typed)
        if word is not None:
            return _ANSWERS[word]()
        console.print(_HELP, markup=False)


def read_answer(typed: str) -> str | None:
    """The answer meant by what was typed: a word or its beginning. b alone means bad."""
    text = typed.strip().lower()
    if not text:
        return None
    if text in _SHORT:
        return _SHORT[text]
    if text == "b":
        return "bad"
    meant = [word for word in _ANSWERS if word.startswith(text)]
    return meant[0] if len(meant) == 1 else None
