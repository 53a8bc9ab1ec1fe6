"""Lando's map between the hashes of hg and git."""

import contextlib
import json
from functools import partial

from mozregression.services import fields
from mozregression.services.errors import ServiceError
from mozregression.services.http import BRIEF, Http, Patience

_SEVERAL = 400


class CommitMap:
    """lando: URL of the service."""

    def __init__(self, http: Http, lando: str) -> None:
        self._http = http
        self._api = f"{lando}/api"

    def git_of(self, node: str) -> str | None:
        """The git hash of a changeset, by its hg hash of 40 digits; None when nothing tells.

        Nice to have: a failure is no answer.
        """
        with contextlib.suppress(ServiceError):
            return self._hash("hg2git", node, "git_hash", BRIEF)
        return None

    def hg_of(self, prefix: str) -> tuple[str | None, bool]:
        """The hg hash of a commit, by 7 to 40 digits of its git hash; None when there is none.

        The second value tells that there are several. Raises ServiceError and Cancelled.
        """
        try:
            return self._hash("git2hg", prefix, "hg_hash"), False
        except ServiceError as error:
            if error.status == _SEVERAL:
                return None, True
            raise

    def _hash(
        self, direction: str, known: str, wanted: str, patience: Patience | None = None
    ) -> str | None:
        return self._http.read(
            f"{self._api}/{direction}/firefox/{known}",
            partial(_read_hash, wanted),
            immutable=True,
            settled=lambda found: found is not None,
            patience=patience,
        )


def _read_hash(name: str, text: str) -> str | None:
    return fields.node_or_none(fields.record(json.loads(text)).get(name))
