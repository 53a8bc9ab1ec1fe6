import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from mozregression.journal import (
    Journal,
    SessionInUseError,
    State,
    Summary,
    UnknownSessionError,
)
from mozregression.model.report import Outcome
from mozregression.model.request import Request
from tests.journal.facts import RETRACTED, verdict


def test_what_is_appended_is_read_in_order(journal: Journal, request_made: Request) -> None:
    with journal.create(request_made, {}) as session:
        assert session.facts() == ()
        for number in (3, 1, 2):
            session.append(verdict(number))
        assert session.facts() == (verdict(3), verdict(1), verdict(2))


def test_a_session_is_opened_as_it_was_left(journal: Journal, request_made: Request) -> None:
    settings = {"command": ["test", "{binary}"], "timeout": 1.5, "profile": None}
    with journal.create(request_made, settings) as created:
        created.append(verdict(1))
        (created.folder / "output.txt").write_text("kept")
    with journal.open(created.id) as opened:
        assert (opened.id, opened.request, opened.settings) == (1, request_made, settings)
        assert (opened.folder / "output.txt").read_text() == "kept"
        opened.append(verdict(2))
        assert opened.facts() == (verdict(1), verdict(2))


def test_sessions_do_not_mix(journal: Journal, request_made: Request) -> None:
    other = replace(request_made, app="fenix")
    with journal.create(request_made, {}) as one, journal.create(other, {}) as two:
        one.append(verdict(1))
        two.append(verdict(2))
        one.append(verdict(3))
        assert one.facts() == (verdict(1), verdict(3))
        assert two.facts() == (verdict(2),)
        assert two.request == other
        assert one.folder != two.folder


def test_unknown_ids_are_told(journal: Journal) -> None:
    with pytest.raises(UnknownSessionError, match=r"There is no session 7\. .*sessions` lists"):
        journal.open(7)


def test_the_latest_unfinished_session_is_opened(journal: Journal, request_made: Request) -> None:
    for outcome in (None, None, Outcome.FOUND):
        with journal.create(request_made, {}) as session:
            if outcome:
                session.finish(outcome)
    with journal.open() as session:
        assert session.id == 2


def test_sessions_in_use_are_passed_over(journal: Journal, request_made: Request) -> None:
    journal.create(request_made, {}).close()
    with journal.create(request_made, {}) as in_use, journal.open() as session:
        assert (in_use.id, session.id) == (2, 1)
        with pytest.raises(SessionInUseError) as caught:
            journal.open()
        assert caught.value.session_id == 2


def test_nothing_to_resume_is_told(journal: Journal, request_made: Request) -> None:
    with journal.create(request_made, {}) as session:
        session.finish(Outcome.NO_DIFFERENCE)
    with pytest.raises(UnknownSessionError, match="no unfinished session"):
        journal.open()


def test_finished_sessions_can_be_opened_by_id(journal: Journal, request_made: Request) -> None:
    with journal.create(request_made, {}) as session:
        session.append(verdict(1))
        session.finish(Outcome.FOUND)
    with journal.open(session.id) as again:
        assert again.facts() == (verdict(1),)


def test_sessions_are_summed_up(journal: Journal, request_made: Request) -> None:
    with journal.create(request_made, {}) as finished:
        for fact in (verdict(1), verdict(2), RETRACTED, verdict(3)):
            finished.append(fact)
        finished.finish(Outcome.NARROWED)
    journal.create(request_made, {}).close()
    created = 1_793_000_000
    with journal.create(request_made, {}):
        assert journal.sessions() == [
            Summary(1, created, request_made, State.FINISHED, 2, Outcome.NARROWED),
            Summary(2, created, request_made, State.STOPPED, 0, None),
            Summary(3, created, request_made, State.RUNNING, 0, None),
        ]


def test_listing_without_a_journal_creates_none(journal: Journal) -> None:
    assert journal.sessions() == []
    assert not journal.path.parent.exists()


def test_listing_does_not_keep_sessions_from_being_opened(
    journal: Journal, request_made: Request
) -> None:
    journal.create(request_made, {}).close()
    assert journal.sessions()[0].state is State.STOPPED
    journal.open().close()


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be moved")
def test_a_journal_moved_away_while_in_use(journal: Journal, request_made: Request) -> None:
    with journal.create(request_made, {}) as session:
        journal.path.rename(journal.path.with_name("away"))
        with pytest.raises(SessionInUseError, match="another process"):
            journal.create(request_made, {})
    assert journal.sessions() == []
    with journal.create(request_made, {}) as again:
        assert again.id == session.id


def test_closing_twice_does_nothing(journal: Journal, request_made: Request) -> None:
    session = journal.create(request_made, {})
    session.close()
    with journal.open(session.id):
        session.close()
        with pytest.raises(SessionInUseError):
            journal.open(session.id)


def test_another_thread_may_append_and_close(journal: Journal, request_made: Request) -> None:
    session = journal.create(request_made, {})

    def work() -> None:
        session.append(verdict(1))
        session.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    with journal.open(session.id) as again:
        assert again.facts() == (verdict(1),)


def test_settings_that_json_cannot_hold_create_no_session(
    journal: Journal, request_made: Request
) -> None:
    with pytest.raises(TypeError):
        journal.create(request_made, {"stream": object()})
    assert journal.sessions() == []


def test_two_journals_are_apart(journal: Journal, request_made: Request, tmp_path: Path) -> None:
    journal.create(request_made, {}).close()
    assert Journal(tmp_path / "other").sessions() == []


def test_a_session_is_read_while_somebody_works_on_it(
    journal: Journal, request_made: Request
) -> None:
    with journal.create(request_made, {"command": "x"}) as session:
        session.append(verdict(1))
        record = journal.read(session.id)
        assert record.facts == session.facts()
        assert record.settings == {"command": "x"}
        assert record.summary.request == request_made
        assert record.summary.state is State.RUNNING
        assert journal.read() == record
    with pytest.raises(UnknownSessionError, match="no session 7"):
        journal.read(7)


def test_a_finished_session_is_opened_again(journal: Journal, request_made: Request) -> None:
    with journal.create(request_made, {}) as session:
        session.finish(Outcome.FOUND)
        session.reopen()
    assert journal.read().summary.state is State.STOPPED
    assert journal.read().summary.outcome is None
    journal.open().close()
