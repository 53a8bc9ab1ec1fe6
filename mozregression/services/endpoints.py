"""Where the services are."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

VARIABLE = "MOZREGRESSION_SERVICES"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Base URL of every service, without a slash at the end."""

    archive: str = "https://archive.mozilla.org/pub"
    hg: str = "https://hg.mozilla.org"
    taskcluster: str = "https://firefox-ci-tc.services.mozilla.com"
    lando: str = "https://lando.moz.tools"
    product_details: str = "https://product-details.mozilla.org/1.0"
    github_api: str = "https://api.github.com"

    @classmethod
    def at(cls, root: str) -> "Endpoints":
        """Every service on one origin, as the sandbox serves them.

        Raises ValueError when `root` is not an http or https URL.
        """
        root = root.rstrip("/")
        parts = urlsplit(root)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError(
                f"{root!r} cannot stand in for the services: it is not an http or https URL. "
                "Give one such as http://127.0.0.1:8000."
            )
        return cls(
            archive=f"{root}/pub",
            hg=root,
            taskcluster=root,
            lando=root,
            product_details=f"{root}/1.0",
            github_api=root,
        )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Endpoints":
        """The public services, or the one origin that MOZREGRESSION_SERVICES names."""
        root = environment.get(VARIABLE, "").strip()
        return cls.at(root) if root else cls()
