"""Ages, and which builds count."""

from datetime import date

import pytest

from mozregression.model.builds import Missing, MissingReason, Nightly, Push
from mozregression.model.facts import (
    BuildMissing,
    Fact,
    NightliesListed,
    PushesListed,
    VerdictGiven,
)
from mozregression.model.report import End, Outcome, Report
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.telemetry import definitions
from mozregression.telemetry.records import COUNTERS, Tally
from mozregression.telemetry.tally import AGES, age_label, tally
from tests.telemetry.request import REQUEST

TODAY = date(2026, 11, 21)
OLD = Nightly("mozilla-central", "20200301093000", "a/")
YOUNG = Nightly("mozilla-central", "20261022093000", "b/")
PUSH = Push("autoland", 7, 1793000000, ("f" * 40,))  # 2026-10-26
LISTED: list[Fact] = [
    NightliesListed("mozilla-central", date(2020, 1, 1), TODAY, (OLD, YOUNG)),
    PushesListed("autoland", "a" * 40, "f" * 40, (PUSH,)),
]


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (date(2026, 11, 22), "0"),  # clocks differ
        (TODAY, "0"),
        (date(2026, 10, 22), "0"),
        (date(2026, 10, 21), "1"),
        (date(2024, 11, 22), "23"),
        (date(2024, 11, 21), "24-35"),
        (date(2023, 11, 22), "24-35"),
        (date(2023, 11, 21), "36-59"),
        (date(2021, 11, 22), "36-59"),
        (date(2021, 11, 21), "60+"),
        (date(2004, 1, 1), "60+"),
    ],
)
def test_ages_are_whole_months(day: date, label: str) -> None:
    assert age_label(day, TODAY) == label


def test_labels_are_those_of_the_definitions() -> None:
    for counter in COUNTERS:
        assert tuple(definitions.metrics()[f"retention.{counter}"]["labels"]) == AGES


def given(candidate: Nightly | Push) -> Fact:
    return VerdictGiven(candidate.key, Verdict.GOOD, Purpose.NARROW, 0)


def missing(candidate: Nightly | Push, reason: MissingReason) -> Fact:
    return BuildMissing(Missing(candidate.key, reason))


def test_a_build_counts_once() -> None:
    facts = [*LISTED, given(OLD), given(YOUNG), given(PUSH), given(YOUNG)]
    counted = tally(REQUEST, facts, 0, None, TODAY)
    assert counted == Tally("firefox", "shippable", {"60+": 1, "0": 1}, {"0": 1})
    assert counted.launched == 3


def test_what_an_earlier_run_did_is_not_counted_again() -> None:
    facts = [*LISTED, given(OLD)]
    assert tally(REQUEST, facts, len(facts), None, TODAY) is None
    counted = tally(REQUEST, [*facts, given(YOUNG)], len(facts), None, TODAY)
    assert counted == Tally("firefox", "shippable", {"0": 1})


def test_only_builds_that_were_removed_are_missing() -> None:
    facts = [
        *LISTED,
        missing(OLD, MissingReason.NO_FILE),
        missing(PUSH, MissingReason.EXPIRED),
        missing(YOUNG, MissingReason.BROKEN),
        missing(YOUNG, MissingReason.NOT_BUILT),
    ]
    counted = tally(REQUEST, facts, 0, None, TODAY)
    assert counted == Tally("firefox", "shippable", {}, {}, {"60+": 1}, {"0": 1})


def test_an_answer_of_nightlies_wanted_a_push() -> None:
    report = Report(Outcome.NIGHTLIES, "", bad=End(OLD, None))
    counted = tally(REQUEST, LISTED, 0, report, TODAY)
    assert counted == Tally("firefox", "shippable", missing_push={"60+": 1})
