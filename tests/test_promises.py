"""Every promise has a test, and tests cover nothing that is not promised."""

from tests.promises import covering, promised, table


def test_every_promise_is_covered_by_a_test() -> None:
    tests = covering()
    assert not [one for _, promises in promised() for one in promises if one not in tests]


def test_tests_cover_promises_that_exist() -> None:
    known = {one for _, promises in promised() for one in promises}
    assert not covering().keys() - known


def test_the_table_shows_them_all() -> None:
    text = table()
    assert all(f"| `{one}` | " in text for _, promises in promised() for one in promises)
    assert "| none |" not in text
