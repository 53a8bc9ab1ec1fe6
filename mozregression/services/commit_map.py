"""Lando's map between the hashes of hg and git. Nice to have: a failure is no answer."""

import contextlib
import json
from functools import partial

from mozregression.services import fields
from mozregression.services.errors import ServiceError
from mozregression.services.http import BRIEF, Http


class CommitMap:
    """lando: URL of the service."""

    def __init__(self, http: Http, lando: str) -> None:
        self._http = http
        self._api = f"{lando}/api"

    def git_of(self, node: str) -> str | None:
        """The git hash of a changeset, by its hg hash of 40 digits; None when nothing tells."""
        return self._hash("hg2git", node, "git_hash")

    def hg_of(self, prefix: str) -> str | None:
        """The hg hash of a commit, by 7 to 40 digits of its git hash; None when nothing tells."""
        return self._hash("git2hg", prefix, "hg_hash")

    def _hash(self, direction: str, known: str, wanted: str) -> str | None:
        with contextlib.suppress(ServiceError):
            return self._http.read(
                f"{self._api}/{direction}/firefox/{known}",
                partial(_read_hash, wanted),
                immutable=True,
                settled=lambda found: found is not None,
                patience=BRIEF,
            )
        return None


def _read_hash(name: str, text: str) -> str | None:
    return fields.node_or_none(fields.record(json.loads(text)).get(name))
