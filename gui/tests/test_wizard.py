"""Asking for a search: what is typed, what it means, what it becomes. No Qt here."""

import threading
from collections.abc import Callable
from datetime import date, datetime, timezone
from pathlib import Path

import pytest

from mozregression.driver.places import Places
from mozregression.driver.settings import Settings
from mozregression.faces.plan import UsageError
from mozregression.model.bounds import ChangesetBound, DateBound, ReleaseBound, SomeTimeBefore
from mozregression.model.certainty import EXACT, Certainty, Kind
from mozregression.model.request import Request
from mozregression.services.endpoints import Endpoints
from mozregression.services.errors import Cancelled, ServiceError
from mozregression.settings.file import settings_of_person
from mozregui.models.bounds import meaning
from mozregui.models.wizard import Search, Wizard
from mozregui.work.background import Background
from mozregui.work.preview import Preview, Refused, preview
from tests.driver.conftest import Bench

from mailbox_of_a_window import Mailbox  # isort: skip

TODAY = date(2026, 11, 21)


def wizard(
    mailbox: Mailbox,
    search: Search = Search.REGRESSION,
    look: Callable[[Request, Settings, threading.Event], Preview] = lambda *_: Refused("no"),
) -> Wizard:
    return Wizard(search, settings_of_person(), Background(mailbox.post), look)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2026-05-01", "A day: Friday, 2026-05-01"),
        ("yesterday", "A day: Friday, 2026-11-20"),
        ("3 weeks ago", "A day: Saturday, 2026-10-31"),
        ("20260501093012", "One nightly build: 2026-05-01 09:30 UTC"),
        ("150", "A release: 150"),
        ("3f2b5c81aa40", "A changeset (hg or git): 3f2b5c81aa40"),
        ("FIREFOX_NIGHTLY_150_END", "A tag: FIREFOX_NIGHTLY_150_END"),
        ("  ", "nothing"),
    ],
)
def test_a_bound_says_how_it_is_understood(text: str, told: str) -> None:
    assert meaning(text, TODAY, missing="nothing").told == told
    assert not meaning(text, TODAY, missing="nothing").wrong


@pytest.mark.parametrize("text", ["nonsense", "2026-02-31", "2026-11-22", "bug 1234567"])
def test_a_wrong_bound_is_told_in_words(text: str) -> None:
    read = meaning(text, TODAY, missing="")
    assert read.wrong
    assert read.bound is None or "future" in read.told
    assert read.told


def test_left_alone_it_searches_as_far_back_as_it_takes(mailbox: Mailbox) -> None:
    request, settings, _ = wizard(mailbox).plan()
    assert request.good == SomeTimeBefore()
    assert request.bad == DateBound(datetime.now(timezone.utc).date())
    assert settings == Settings()


def test_what_is_typed_is_asked_for(mailbox: Mailbox) -> None:
    form = wizard(mailbox)
    form.form["good"].content = "140"
    form.form["bad"].content = "3f2b5c81aa40"
    form.form["command"].content = "./check.sh {binary}"
    form.form["prefs"].content = ("a:1",)
    request, settings, _ = form.plan()
    assert (request.good, request.bad) == (ReleaseBound("140"), ChangesetBound("3f2b5c81aa40"))
    assert settings.command == "./check.sh {binary}"
    assert settings.prefs == ("a:1",)


def test_a_fix_has_the_bad_bound_first_and_needs_it(mailbox: Mailbox) -> None:
    form = wizard(mailbox, Search.FIX)
    assert form.bounds == ("bad", "good")
    when = next(section for section in form.sections if section.name == "when")
    assert [field.name for field in when.fields][:2] == ["bad", "good"]
    with pytest.raises(UsageError):
        form.plan()
    assert form.problems
    form.form["bad"].content = "2026-05-01"
    assert not form.problems
    request, _, _ = form.plan()
    assert request.bad == DateBound(date(2026, 5, 1))


def test_problems_name_the_field_and_go_when_it_is_right(mailbox: Mailbox) -> None:
    form = wizard(mailbox)
    form.form["good"].content = "nonsense"
    assert form.problems == ["To be put right: Last known good"]
    form.form["good"].content = "2026-05-01"
    form.form["max_tests"].content = "many"
    assert not form.problems  # nobody asks for it
    form.form["shows"].content = "hides"
    assert form.problems == ["To be put right: Most tests"]
    form.form["max_tests"].content = ""
    assert not form.problems


def test_what_cannot_go_together_is_told(mailbox: Mailbox, tmp_path: Path) -> None:
    form = wizard(mailbox)
    form.form["starts_with"].content = "reuse"
    assert form.problems == ["Choose the folder of the profile: “Folder of a profile”."]
    assert form.error_of(form.form["profile"]) == form.problems[0]
    form.form["profile"].content = str(tmp_path)
    assert not form.problems
    _, settings, _ = form.plan()
    assert (settings.profile, settings.profile_persistence) == (str(tmp_path), "reuse")
    form.form["starts_with"].content = "fresh"
    assert form.plan()[1].profile is None


def test_a_bug_that_hides_is_asked_for_in_one_field(mailbox: Mailbox) -> None:
    form = wizard(mailbox)
    assert form.plan()[0].certainty == EXACT
    assert not form.form["confidence"].visible
    form.form["shows"].content = "hides"
    form.form["confidence"].content = "0.99"
    form.form["miss_rate"].content = "0.3"
    assert form.plan()[0].certainty == Certainty(Kind.INTERMITTENT, 0.3, confidence=0.99)
    form.form["shows"].content = "errs"
    form.form["false_rate"].content = "0.05"
    assert form.plan()[0].certainty == Certainty(Kind.FLAKY, 0.3, 0.05, confidence=0.99)
    form.form["shows"].content = "always"
    assert form.plan()[0].certainty.exact


def test_fields_that_mean_nothing_now_are_not_shown(mailbox: Mailbox) -> None:
    form = wizard(mailbox)
    hidden = {field.name for field in form.form.fields.values() if not field.visible}
    assert {"profile", "test_timeout", "confirm", "miss_rate", "false_rate", "lang"} <= hidden
    form.form["command"].content = "./check.sh"
    form.form["app"].content = "firefox-l10n"
    shown = {field.name for field in form.form.fields.values() if field.visible}
    assert {"test_timeout", "timeout_verdict", "confirm", "lang"} <= shown


def test_every_app_can_be_asked_for_in_turn(mailbox: Mailbox) -> None:
    form = wizard(mailbox)
    for app in form.form["app"].choices:
        form.form["app"].content = app
        assert form.form["build_type"].choices
        assert form.form["build_type"].text in form.form["build_type"].choices
        assert not form.form.wrong


# What services tell


def ask_sandbox(bench: Bench) -> Callable[[Request, Settings, threading.Event], Preview]:
    endpoints = Endpoints.at(bench.sandbox.root)
    return lambda request, settings, cancelled: preview(
        request, settings, bench.where, endpoints, cancelled
    )


def test_services_say_what_is_meant_and_what_can_be_found(mailbox: Mailbox, bench: Bench) -> None:
    form = wizard(mailbox, look=ask_sandbox(bench))
    form.form["good"].content = str(bench.world.spec.first)
    form.look_up()
    assert form.is_looking
    mailbox.until(lambda: not form.is_looking)
    assert "mozilla-central nightly" in form.told("good").told
    assert "mozilla-central nightly" in form.told("bad").told
    assert "builds in the range, about" in form.forecast
    assert "one push" in form.forecast
    _, _, facts = form.plan()
    assert facts
    form.form["good"].content = "2026-05-01"  # what was told does not hold any more
    assert form.told("good").told == "A day: Friday, 2026-05-01"
    assert not form.forecast
    assert not form.plan()[2]


def test_what_services_refuse_is_a_problem(mailbox: Mailbox, bench: Bench) -> None:
    form = wizard(mailbox, look=ask_sandbox(bench))
    form.form["good"].content = "abcdef1234567890"
    form.look_up()
    mailbox.until(lambda: not form.is_looking)
    assert "abcdef1234567890" in form.problems[0]
    form.form["good"].content = str(bench.world.spec.first)
    assert not form.problems


def test_services_out_of_reach_do_not_keep_anybody_from_starting(mailbox: Mailbox) -> None:
    def fail(*_: object) -> Preview:
        raise ServiceError("nobody answers", url="")

    form = wizard(mailbox, look=fail)
    form.look_up()
    mailbox.until(lambda: not form.is_looking)
    assert "nobody answers" in form.forecast
    assert not form.problems


def test_an_answer_to_an_older_question_is_not_shown(mailbox: Mailbox) -> None:
    go_on = threading.Event()
    seen: list[threading.Event] = []

    def look(_: Request, __: Settings, cancelled: threading.Event) -> Preview:
        seen.append(cancelled)
        if len(seen) == 1:
            go_on.wait()
            return Refused("the first")
        return Refused("the second")

    form = wizard(mailbox, look=look)
    form.look_up()
    form.look_up()
    mailbox.until(lambda: not form.is_looking)
    assert seen[0].is_set()
    done: list[bool] = []
    go_on.set()
    Background(mailbox.post).run(lambda: None, lambda _: done.append(True), lambda _: None)
    mailbox.until(lambda: done)
    assert form.problems == ["the second"]


def test_looking_ends_soon_when_it_is_given_up(bench: Bench, tmp_path: Path) -> None:
    cancelled = threading.Event()
    cancelled.set()
    request, settings, _ = wizard(Mailbox()).plan()
    with pytest.raises(Cancelled):
        preview(request, settings, Places(tmp_path, tmp_path), Endpoints(), cancelled)
