"""Builds that Taskcluster keeps from the public. Signatures are made with the clients' library."""

import re
import time

import pytest
from mohawk import Sender
from mohawk.base import Resource
from mohawk.bewit import get_bewit

from mozregression.model.apps import AUTOLAND
from mozregression.sandbox import Client, Manners, World
from tests.sandbox.helpers import ORIGIN, Asked, Asker, some_push

READER, STRANGER = Client("reader", "secret"), Client("stranger", "other", scoped=False)
NAME = "private/build/target.tar.xz"


@pytest.fixture(scope="module")
def ask_private(world: World) -> Asker:
    return Asker(world, Manners(clients=(READER, STRANGER)))


@pytest.fixture(scope="module")
def artifacts(ask_private: Asker, world: World) -> str:
    namespace = f"gecko.v2.{AUTOLAND}.revision.{some_push(world).tip}.firefox.linux64-opt"
    task = ask_private.get(f"/api/index/v1/task/{namespace}").json["taskId"]
    return f"/api/queue/v1/task/{task}/artifacts"


def key(client_id: str, token: str) -> dict[str, str]:
    return {"id": client_id, "key": token, "algorithm": "sha256"}


def signed(ask: Asker, path: str, client_id: str, token: str, when: int | None = None) -> Asked:
    sender = Sender(
        key(client_id, token), ORIGIN + path, "GET", always_hash_content=False, _timestamp=when
    )
    return ask.get(path, authorization=sender.request_header)


def test_builds_are_listed_but_not_for_everybody(ask_private: Asker, artifacts: str) -> None:
    names = [each["name"] for each in ask_private.get(artifacts).json["artifacts"]]
    assert NAME in names
    assert not any(name.startswith("public/build/") for name in names)
    answer = ask_private.get(f"{artifacts}/{NAME}")
    assert (answer.status, answer.json["code"]) == (403, "InsufficientScopes")
    assert f"queue:get-artifact:{NAME}" in answer.json["message"]
    assert ask_private.get(f"{artifacts}/public/build/target.tar.xz").status == 404


def test_a_signed_request_is_answered_with_a_signed_url(ask_private: Asker, artifacts: str) -> None:
    answer = signed(ask_private, f"{artifacts}/{NAME}", "reader", "secret")
    assert answer.status == 303
    location = (answer.header("Location") or "").removeprefix(ORIGIN)
    assert ask_private.get(location).status == 200
    assert ask_private.get(location.partition("?")[0]).status == 403
    assert ask_private.get(location, authorization="Hawk x").status == 400


@pytest.mark.parametrize(
    ("client_id", "token", "late", "status", "code"),
    [
        ("stranger", "other", 0, 403, "InsufficientScopes"),
        ("reader", "wrong", 0, 401, "AuthenticationFailed"),
        ("nobody", "secret", 0, 401, "AuthenticationFailed"),
        ("reader", "secret", 3600, 401, "AuthenticationFailed"),
    ],
)  # fmt: skip
def test_wrong_signatures(  # noqa: PLR0917
    ask_private: Asker,
    artifacts: str,
    client_id: str,
    token: str,
    late: int,
    status: int,
    code: str,
) -> None:
    now = int(time.time()) - late
    answer = signed(ask_private, f"{artifacts}/{NAME}", client_id, token, now)
    assert (answer.status, answer.json["code"]) == (status, code)
    assert answer.header("www-authenticate") == ("hawk" if status == 401 else None)


def test_a_signature_is_for_one_path_alone(ask_private: Asker, artifacts: str) -> None:
    sender = Sender(key("reader", "secret"), ORIGIN + artifacts, "GET", always_hash_content=False)
    header = sender.request_header
    assert ask_private.get(artifacts, authorization=header).status == 200
    assert ask_private.get(f"{artifacts}/{NAME}", authorization=header).status == 401
    assert ask_private.get(artifacts, authorization="Bearer x").status == 401


@pytest.mark.parametrize("query", ["", "?a=b"])
def test_a_bewit_in_the_url_is_as_good(ask_private: Asker, artifacts: str, query: str) -> None:
    path = f"{artifacts}/{NAME}{query}"
    for life, status in ((60, 303), (-60, 401)):
        resource = Resource(
            url=ORIGIN + path,
            method="GET",
            credentials=key("reader", "secret"),
            timestamp=int(time.time()) + life,
            nonce="",
        )
        mark = "&" if query else "?"
        assert ask_private.get(f"{path}{mark}bewit={get_bewit(resource)}").status == status
    assert ask_private.get(f"{artifacts}/{NAME}?bewit=x").status == 401


def test_tokens_are_not_shown() -> None:
    assert not re.search("secret", repr(READER))
