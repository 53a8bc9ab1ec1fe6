"""Reports of searches whose tests may be wrong: how sure, what speaks for it, what is left."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from mozregression.model.certainty import Certainty, Kind, percent
from mozregression.model.facts import Fact, VerdictGiven
from mozregression.model.report import Outcome, Transition
from mozregression.model.verdicts import Verdict
from mozregression.reports import FORMATS, Account, account_of
from mozregression.reports.picture import picture
from mozregression.reports.text import text
from tests.documented import Shapes
from tests.reports.told import ENVIRONMENT, finished, hiding, told
from tests.session.paper_world import PaperWorld

PEOPLE = [name for name in FORMATS if name != "json"]


@pytest.fixture
def account() -> Account:
    return hiding()


@pytest.mark.parametrize("form", PEOPLE)
def test_every_format_says_how_sure_it_is_and_what_speaks_for_it(
    form: str, account: Account
) -> None:
    written = FORMATS[form](account).replace("\\", "")
    assert account.report.confidence is not None
    assert percent(account.report.confidence) in written
    assert "How often the bug was seen" in written
    assert "Chances" in written
    for suspect, chance in zip(account.report.suspects, account.report.chances, strict=True):
        assert f"{suspect}: {percent(chance)}" in written


def test_the_json_report_has_all_of_it(account: Account) -> None:
    document = json.loads(FORMATS["json"](account))
    Shapes("reports.md").check(document, "report")
    assert document["chance"] == account.report.confidence
    assert document["tests_left"] == account.report.tests_left
    assert len(document["chances"]) == len(document["suspects"])
    assert document["request"]["certainty"]["kind"] == "INTERMITTENT"
    evidence = document["evidence"]
    judged = [test for test in document["tests"] if test["verdict"] != "SKIP"]
    assert sum(one["tests"] for one in evidence) == len(judged)
    assert sum(one["seen"] for one in evidence) == sum(t["verdict"] == "BAD" for t in judged)
    assert any(test["belief"] for test in document["tests"])


def test_the_picture_shows_what_was_believed(account: Account) -> None:
    believing = sum(bool(trial.belief) for trial in account.trials)
    assert believing > 3
    assert picture(account.trials).count('class="belief"') == believing
    assert 'class="belief"' not in picture(finished().trials)


@pytest.mark.parametrize("form", PEOPLE)
def test_exact_searches_tell_no_chances(form: str) -> None:
    written = FORMATS[form](finished())
    assert "Chances" not in written
    assert "How often" not in written


@pytest.mark.parametrize("form", PEOPLE)
def test_where_the_bug_came_and_went_is_told(form: str, account: Account) -> None:
    one, other, third = PaperWorld().autoland[:3]
    came_and_went = (
        Transition(one, other, into_bad=True),
        Transition(other, third, into_bad=False),
    )
    report = replace(account.report, transitions=came_and_went)
    written = FORMATS[form](replace(account, report=report)).replace("\\", "")
    assert f"the bug came after {one} and not after {other}" in written
    assert f"the bug went after {other} and not after {third}" in written


def test_an_unfinished_session_tells_the_likeliest_range() -> None:
    world = PaperWorld(miss=0.3)
    request = world.request(certainty=Certainty(Kind.INTERMITTENT))
    facts: list[Fact] = []
    whole = world.run(request, facts)
    verdicts = [place for place, fact in enumerate(facts) if isinstance(fact, VerdictGiven)]
    report = account_of(request, facts[: verdicts[8]], ENVIRONMENT).report
    assert report.outcome is Outcome.UNFINISHED
    assert report.confidence is not None
    assert report.tests_left
    assert report.good is not None
    assert report.bad is not None
    assert whole.bad is not None
    assert report.good.candidate.moment < whole.bad.candidate.moment <= report.bad.candidate.moment


def test_late_verdicts_do_not_move_the_range_outwards() -> None:
    world = PaperWorld()
    request = world.request()
    facts: list[Fact] = []
    world.run(request, facts)
    verdicts = [place for place, fact in enumerate(facts) if isinstance(fact, VerdictGiven)]
    known = facts[: verdicts[4]]
    before = account_of(request, known, ENVIRONMENT).report
    late = VerdictGiven(world.nightlies[1].key, Verdict.GOOD, facts[verdicts[3]].purpose, 0)  # type: ignore[union-attr]
    account = account_of(request, [*known, late], ENVIRONMENT)
    assert account.report.good == before.good
    assert account.trials[-1].span is not None
    assert account.trials[-1].span.probe == 1


def test_a_bug_that_was_never_seen_tells_how_often_it_was_looked_for() -> None:
    world = PaperWorld(culprit=10_000)
    account = told(world, world.request(certainty=Certainty(Kind.INTERMITTENT)))
    assert "seen in 0 of 3" in text(account)


@pytest.mark.parametrize(
    ("chance", "said"), [(0.95, "95 %"), (0.9997, "99.9 %"), (1.0, "100 %"), (0.29, "29 %")]
)
def test_chances_are_never_said_to_be_higher_than_they_are(chance: float, said: str) -> None:
    assert percent(chance) == said


def test_what_was_asked_is_told() -> None:
    world = PaperWorld()
    certainty = Certainty(Kind.KNOWN, miss_rate=0.2, false_rate=0.05, confidence=0.9)
    written: Callable[[Account], str] = FORMATS["markdown"]
    assert "known, 20 % misses, 5 % false sightings, to be 90 % sure" in written(
        told(world, world.request(certainty=certainty))
    )
