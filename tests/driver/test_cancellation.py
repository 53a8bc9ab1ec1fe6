"""Giving up from another thread, whenever that comes."""

from mozregression.driver.cancellation import Cancellation


def test_whatever_is_under_way_is_given_up() -> None:
    given_up: list[str] = []
    cancellation = Cancellation()
    with cancellation.calls(lambda: given_up.append("before")):
        pass
    with (
        cancellation.calls(lambda: given_up.append("question")),
        cancellation.calls(lambda: given_up.append("fetch")),
    ):
        assert given_up == []
        cancellation.cancel()
    assert given_up == ["question", "fetch"]


def test_what_begins_afterwards_is_given_up_at_once() -> None:
    given_up: list[str] = []
    cancellation = Cancellation()
    cancellation.cancel()
    with cancellation.calls(lambda: given_up.append("late")):
        assert given_up == ["late"]
