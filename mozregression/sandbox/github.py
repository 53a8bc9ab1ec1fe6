"""GitHub's releases API, for the check whether a newer mozregression is out."""

from mozregression.sandbox.messages import Request, Response, as_json
from mozregression.sandbox.world import World

REPOSITORY = "mozilla/mozregression"
VERSION = "7.1.0"

_TYPE = "application/json; charset=utf-8"


def respond(world: World, request: Request) -> Response | None:
    """The answer to a request; None when the path is none of GitHub's."""
    if not request.path.startswith("/repos/"):
        return None
    if request.path != f"/repos/{REPOSITORY}/releases/latest":
        error = {"message": "Not Found", "documentation_url": "", "status": "404"}
        return as_json(error, 404, content_type=_TYPE)
    published = f"{world.spec.first}T00:00:00Z"
    page = f"https://github.com/{REPOSITORY}/releases/tag/{VERSION}"
    release = {
        "html_url": page,
        "id": 1,
        "tag_name": VERSION,
        "target_commitish": "main",
        "name": VERSION,
        "draft": False,
        "prerelease": False,
        "created_at": published,
        "published_at": published,
        "assets": [],
        "body": "",
    }
    return as_json(release, content_type=_TYPE)
