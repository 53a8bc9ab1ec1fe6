"""Builds that Taskcluster does not show everybody."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mozregression.builds.download import Downloaded, Patience, download
from mozregression.builds.errors import DownloadFailed
from mozregression.model.builds import Build
from mozregression.sandbox import Client, Manners, WorldSpec
from mozregression.services.credentials import Credentials
from mozregression.services.errors import ServiceError
from mozregression.services.http import Http
from tests.services.asking import Asked, asking, fetched, found
from tests.services.conftest import Pauses
from tests.services.faulty import FaultyServer, Reply, as_json, as_text

SPEC = WorldSpec(seed=3, days=4, pushes_a_day=4, build_size=300_000)
READER = Client("mozilla-auth/reader", "a-token-of-44-characters")
STRANGER = Client("mozilla-auth/stranger", "another-token", scoped=False)
PRIVATE = Manners(clients=(READER, STRANGER))

MINE = Credentials(READER.client_id, READER.access_token)
KEYS = "taskcluster-clientid and taskcluster-accesstoken in the config file"


@contextmanager
def private_build(credentials: Credentials | None) -> Iterator[tuple[Asked, Build]]:
    """The build of a push, under the name it has after the queue did not know the public one."""
    with asking(SPEC, manners=PRIVATE, credentials=credentials) as asked:
        push = next(push for push in asked.world.pushes("autoland") if asked.world.testable(push))
        build = asked.services.renamed_artifact(found(asked.services, push))
        assert isinstance(build, Build)
        assert "/artifacts/private/build/target.tar.xz" in build.url
        assert build.file_name == "target.tar.xz"
        yield asked, build


def refused(credentials: Credentials | None) -> ServiceError:
    with private_build(credentials) as (asked, build):
        with pytest.raises(ServiceError) as caught:
            fetched(asked.services, build)
        return caught.value


def test_private_builds_are_fetched_with_credentials(tmp_path: Path) -> None:
    with private_build(MINE) as (asked, build):
        path = tmp_path / "part"
        whole = fetched(asked.services, build)
        assert download(build, path, asked.services.http) == Downloaded(len(whole), verified=True)
        assert path.read_bytes() == whole
        assert asked.services.checksum_of(build) is None
        source = asked.services.http.text(str(build.source_url))
        assert source is not None
        assert "/integration/autoland/rev/" in source


def test_a_download_of_a_private_build_goes_on_where_it_stopped(tmp_path: Path) -> None:
    with private_build(MINE) as (asked, build):
        whole = fetched(asked.services, build)
        headers = {"Range": f"bytes={len(whole) - 10}-"}
        with asked.services.http.stream(build.url, headers=headers) as answer:
            assert answer.status == 206
            assert b"".join(answer.chunks()) == whole[-10:]
        assert [each.status for each in asked.requests[-3:]] == [403, 303, 206]


def test_without_credentials_one_is_told_what_to_put_where() -> None:
    error = refused(None)
    assert str(error) == (
        f"Could not read {error.url}: it is private. Taskcluster answered 403 InsufficientScopes: "
        "Client ID static/anonymous does not have sufficient scopes and is missing the following "
        "scopes: queue:get-artifact:private/build/target.tar.xz. Put the credentials of a "
        "Taskcluster client that has the scope queue:get-artifact:private/build/target.tar.xz as "
        f"{KEYS}."
    )
    assert (error.status, error.transient) == (403, False)


def test_a_client_without_the_scope_is_told_so() -> None:
    error = refused(Credentials(STRANGER.client_id, STRANGER.access_token))
    assert "answered 403 InsufficientScopes: Client ID mozilla-auth/stranger" in str(error)
    assert "The client 'mozilla-auth/stranger' lacks the scope queue:get-artifact:" in str(error)
    assert KEYS in str(error)


@pytest.mark.parametrize(
    "wrong", [Credentials(READER.client_id, "wrong"), Credentials("nobody", READER.access_token)]
)
def test_wrong_credentials_are_told_so(wrong: Credentials) -> None:
    error = refused(wrong)
    assert error.status == 401
    assert "answered 401 AuthenticationFailed: " in str(error)
    assert f"check {KEYS}, and this computer's clock" in str(error)
    assert wrong.access_token not in str(error)


def test_credentials_that_cannot_be_sent_are_told_so() -> None:
    error = refused(Credentials('a"b', "token"))
    assert "no request can be signed with taskcluster-clientid" in str(error)


def test_a_download_says_why_it_cannot_have_a_private_build(tmp_path: Path) -> None:
    with private_build(None) as (asked, build):
        with pytest.raises(DownloadFailed, match="it is private") as caught:
            download(build, tmp_path / "part", asked.services.http, patience=Patience(attempts=9))
        assert caught.value.attempts == 1
        assert "Check the connection" not in str(caught.value)


def test_the_token_is_not_shown() -> None:
    assert READER.access_token not in repr(MINE)
    assert READER.client_id in repr(MINE)


@pytest.fixture
def elsewhere() -> Iterator[FaultyServer]:
    server = FaultyServer()
    yield server
    server.close()


@pytest.fixture
def signing(server: FaultyServer, pauses: Pauses) -> Iterator[Http]:
    http = Http(sleep=pauses, private=f"{server.root}/api/", credentials=MINE)
    yield http
    http.close()


def signed(server: FaultyServer) -> list[bool]:
    return ["Authorization" in each.headers for each in server.received]


def test_what_is_public_is_asked_for_unsigned(signing: Http, server: FaultyServer) -> None:
    signing.text(server.on("/api/task", as_text("public")))
    signing.text(server.on("/api/other", as_text("gone", 404)))
    with pytest.raises(ServiceError, match="403"):
        signing.text(server.on("/pub/file", as_text("no", 403)))
    assert signed(server) == [False, False, False]


@pytest.mark.parametrize("status", [401, 403])
def test_nobody_else_gets_to_see_a_signature(
    signing: Http, server: FaultyServer, elsewhere: FaultyServer, status: int
) -> None:
    there = elsewhere.on("/file", as_text("build"))
    url = server.on("/api/file", as_json({}, status), Reply(303, headers={"Location": there}))
    with signing.stream(url, headers={"Range": "bytes=3-"}) as answer:
        assert b"".join(answer.chunks()) == b"build"
    assert signed(server) == [False, True]
    assert signed(elsewhere) == [False]
    assert [each.headers["Range"] for each in (*server.received, *elsewhere.received)] == [
        "bytes=3-"
    ] * 3


def test_a_service_that_asks_on_the_way_gets_no_signature(
    signing: Http, server: FaultyServer, elsewhere: FaultyServer
) -> None:
    there = elsewhere.on("/api/file", as_json({}, 401))
    url = server.on("/api/file", Reply(303, headers={"Location": there}))
    with pytest.raises(ServiceError, match="401"):
        signing.text(url)
    assert signed(server) + signed(elsewhere) == [False, False]


def test_an_answer_that_gives_no_reason_is_told_as_such(server: FaultyServer) -> None:
    http = Http(private=f"{server.root}/api/")
    with pytest.raises(ServiceError, match=r"answered 403 without a reason\. Put the credentials"):
        http.text(server.on("/api/file", as_text("no", 403)))
    http.close()
