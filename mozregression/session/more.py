"""Whether a session that came to its end for want of tests may go on with more of them."""

from mozregression.model.report import Outcome, Report

_TRIES = 3
"""Tests that are allowed when a session goes on that was not given enough of them."""


def more_tests(report: Report) -> int:
    """How many more tests may bring an answer; 0: it is one."""
    if report.outcome is Outcome.NOT_REPRODUCED:
        return _TRIES
    return max(report.tests_left, _TRIES) if report.tests_left else 0
