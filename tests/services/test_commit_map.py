from pathlib import Path

import pytest

from mozregression.services.answers import Answers
from mozregression.services.commit_map import CommitMap
from mozregression.services.errors import ServiceError
from mozregression.services.http import BRIEF, Http
from tests.services.conftest import Pauses
from tests.services.faulty import RESET, FaultyServer, Reply, as_json, as_text

HG, GIT = "a" * 40, "b" * 40
PAIR = as_json({"git_hash": GIT, "hg_hash": HG})


def test_both_directions(http: Http, server: FaultyServer) -> None:
    commit_map = CommitMap(http, server.root)
    server.on(f"/api/hg2git/firefox/{HG}", PAIR)
    server.on("/api/git2hg/firefox/bbbbbbb", PAIR)
    assert commit_map.git_of(HG) == GIT
    assert commit_map.hg_of("bbbbbbb") == (HG, False)


def test_a_commit_that_a_bound_names(http: Http, server: FaultyServer) -> None:
    commit_map = CommitMap(http, server.root)
    server.on("/api/git2hg/firefox/ccccccc", as_json({"error": "No commits found"}, 404))
    server.on("/api/git2hg/firefox/ddddddd", as_json({"error": "Multiple commits found"}, 400))
    server.on("/api/git2hg/firefox/eeeeeee", as_text("down", 503))
    assert commit_map.hg_of("ccccccc") == (None, False)
    assert commit_map.hg_of("ddddddd") == (None, True)
    with pytest.raises(ServiceError, match="503"):
        commit_map.hg_of("eeeeeee")


@pytest.mark.parametrize(
    "reply",
    [
        as_json({"error": "No commits found"}, 404),
        as_json({"error": "Multiple commits found"}, 400),
        as_text("down", 503),
        as_text("<html>"),
        as_json([]),
        as_json({"git_hash": None, "hg_hash": HG}),
        as_json({"git_hash": "not a hash", "hg_hash": HG}),
        RESET,
    ],
)
def test_a_failure_is_no_answer_and_soon(http: Http, server: FaultyServer, reply: Reply) -> None:
    server.on(f"/api/hg2git/firefox/{HG}", reply)
    assert CommitMap(http, server.root).git_of(HG) is None
    assert len(server.received) <= BRIEF.attempts


def test_answers_are_kept(server: FaultyServer, tmp_path: Path, pauses: Pauses) -> None:
    http = Http(answers=Answers(tmp_path), sleep=pauses)
    commit_map = CommitMap(http, server.root)
    server.on(f"/api/hg2git/firefox/{HG}", as_json({"git_hash": None}), PAIR, as_text("down", 500))
    assert [commit_map.git_of(HG) for _ in range(3)] == [None, GIT, GIT]
    http.close()
