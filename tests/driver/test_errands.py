"""Questions asked once, whoever wants the answer."""

from threading import Event

import pytest

from mozregression.driver.errands import Errands
from mozregression.model.facts import ChangesetLocated, Fact
from mozregression.model.steps import LocateChangeset, Question

QUESTION = LocateChangeset("autoland", "a" * 40)
ANSWER = ChangesetLocated("autoland", "a" * 40, None)


class Service:
    """Answers when allowed to, and fails first as often as told."""

    def __init__(self, failures: int = 0) -> None:
        self.asked = 0
        self.allowed = Event()
        self._failures = failures

    def __call__(self, _: Question) -> Fact:
        self.asked += 1
        self.allowed.wait(10)
        if self.asked <= self._failures:
            raise OSError("out of order")
        return ANSWER


def test_a_question_under_way_is_shared_and_its_answer_kept() -> None:
    service = Service()
    errands = Errands(service)
    first, second = errands.ask(QUESTION), errands.ask(QUESTION)
    service.allowed.set()
    assert errands.answer(QUESTION) == first.result() == second.result() == ANSWER
    assert service.asked == 1
    errands.close()


def test_a_question_that_failed_is_asked_again() -> None:
    service = Service(failures=1)
    service.allowed.set()
    errands = Errands(service)
    with pytest.raises(OSError, match="out of order"):
        errands.answer(QUESTION)
    assert errands.answer(QUESTION) == ANSWER
    errands.close()
