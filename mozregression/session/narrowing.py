"""How a phase is narrowed depends on what its tests are like."""

from mozregression.model.request import Request
from mozregression.session.choices import check_choice
from mozregression.session.exactly import narrow_exactly
from mozregression.session.knowledge import Knowledge
from mozregression.session.phases import Elsewhere, Narrowed, Phase
from mozregression.session.probably import narrow_probably


def narrow(phase: Phase, request: Request, knowledge: Knowledge) -> Narrowed | Elsewhere:
    """Raises Needs until there is nothing to be learnt any more, or nothing allowed.

    GoesOn where somebody wants to go on in a part of it.
    """
    check_choice(phase, request, knowledge)
    if request.certainty.exact:
        return narrow_exactly(phase, request, knowledge)
    return narrow_probably(phase, request, knowledge)
