"""A blind test: builds in secret order, told apart by a person, and only then by name.

Whatever could tell earlier (notes, output and places of a build) is kept back until the end.
"""

import random
from collections.abc import Callable, Sequence

from rich.console import Console

from mozregression.console.exits import EXIT_FOUND, EXIT_STOPPED
from mozregression.console.prompt import Prompt
from mozregression.driver.single import Single
from mozregression.launch.process import Running
from mozregression.model.verdicts import Verdict
from mozregression.testers.browser import Ask
from mozregression.testers.tester import Answer, Back, Judged, Stop, Subject, Tester

_FROM_THE_SYSTEM = random.SystemRandom()


def blind_test(
    singles: Sequence[Single],
    tester_with: Callable[[Ask], Tester],
    console: Console,
    chance: random.Random = _FROM_THE_SYSTEM,
) -> int:
    """Show the builds in an order of chance's; the exit status.

    tester_with: makes who launches a build and asks the person.
    """
    order = chance.sample(singles, len(singles))
    prompt = Prompt(console)

    def ask(subject: Subject, _: Running, note: str) -> Answer:
        if note:
            console.print(f"Build {subject.number} ended at once.", style="yellow")
        return prompt.answer()

    tester = tester_with(ask)
    verdicts: list[Verdict] = []
    while len(verdicts) < len(order):
        number = len(verdicts) + 1
        console.print(f"Build {number} of {len(order)}", style="bold")
        match tester.test(order[number - 1].subject(number)):
            case Judged(verdict):
                verdicts.append(verdict)
            case Back():
                del verdicts[-1:]
            case Stop():
                console.print("Stopped. Which build was which stays secret.")
                return EXIT_STOPPED
    _reveal(order, verdicts, console)
    return EXIT_FOUND


def _reveal(order: Sequence[Single], verdicts: Sequence[Verdict], console: Console) -> None:
    console.print()
    for number, (single, verdict) in enumerate(zip(order, verdicts, strict=True), 1):
        console.print(
            f"Build {number}, which you found {verdict.value}, was {single.found.told}",
            markup=False,
            soft_wrap=True,
        )
        for note in single.installed.notes:
            console.print(f"  {note}", style="yellow", markup=False, soft_wrap=True)
    judged = set(verdicts) - {Verdict.SKIP}
    console.print("You saw a difference." if len(judged) > 1 else "You saw no difference.")
