"""Going on with a session that came to its end: where, and how far its tests can be trusted."""

from argparse import Namespace
from collections.abc import Sequence

from rich.console import Console

from mozregression.faces.certainty import certainty_of
from mozregression.journal import Session
from mozregression.model.certainty import Certainty
from mozregression.model.facts import CertaintyChanged, Fact, MoreAllowed, TransitionChosen
from mozregression.model.report import Report, Transition
from mozregression.model.steps import Finish
from mozregression.session import in_force, more_tests, next_step


class ChoiceError(ValueError):
    """What was asked for is not there to be chosen. One line, for a person."""


def go_on(session: Session, options: Namespace) -> None:
    """Write down what `resume` was told. Raises ChoiceError, and ValueError for wrong rates."""
    request, facts = session.request, list(session.facts())
    news: list[Fact] = []
    if certainty := _stated(in_force(request, facts).certainty, options):
        news.append(CertaintyChanged(certainty))
    if options.transition is not None:
        step = next_step(request, facts)
        listed = step.report.transitions if isinstance(step, Finish) else ()
        news.append(TransitionChosen.of(_numbered(listed, options.transition, session.id)))
    step = next_step(request, [*facts, *news])
    more = more_tests(step.report) if isinstance(step, Finish) else 0
    if more:  # who resumes a session that came to its end for want of tests wants more of them
        news.append(MoreAllowed(more))
    if news:
        session.reopen()
    for fact in news:
        session.append(fact)


def ask(console: Console, report: Report) -> Transition | None:
    """Ask a person where to go on, of transitions that were listed just before; None: nowhere."""
    many = len(report.transitions)
    question = f"Go on where the bug came or went? 1 to {many}, or Enter to leave it: "
    while True:
        try:
            typed = console.input(question, markup=False).strip()
        except EOFError:
            console.print()
            return None
        if not typed:
            return None
        if typed.isdecimal() and 1 <= int(typed) <= many:
            return report.transitions[int(typed) - 1]


def _numbered(listed: Sequence[Transition], number: int, session: int) -> Transition:
    if not listed:
        raise ChoiceError(
            f"Session {session} has no list of places where the bug came and went: "
            "--transition is for those that ended with one."
        )
    if not 1 <= number <= len(listed):
        raise ChoiceError(
            f"Session {session} lists {len(listed)} places where the bug came or went, and no "
            f"{number}. `mozregression show {session}` shows them."
        )
    return listed[number - 1]


def _stated(current: Certainty, options: Namespace) -> Certainty | None:
    rates = options.miss_rate, options.false_rate
    if not (options.intermittent or options.flaky or rates != (None, None)):
        return None
    kept = {"confidence": current.confidence, "max_tests": current.max_tests}
    stated = certainty_of(Namespace(**{**vars(options), **kept}))
    return stated if stated != current else None
